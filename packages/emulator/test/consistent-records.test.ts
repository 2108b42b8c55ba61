import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EmulatorOptions } from "../src/index.js";
import { readDate } from "../src/records/dates.js";
import { createTestEmulator } from "./support/client.js";

type TestEmulator = ReturnType<typeof createTestEmulator>;
type Row = Record<string, unknown> & { id: number };

const createEmulatorFor = (options: EmulatorOptions = {}): TestEmulator =>
  createTestEmulator({ limits: { requests: 1_000_000 }, ...options });

/** Reads a whole list. */
async function rows({ request }: TestEmulator, path: string): Promise<Row[]> {
  const all: Row[] = [];
  for (let page = 1; ; page++) {
    const { body } = await request("GET", `${path}${path.includes("?") ? "&" : "?"}page_size=50&page_num=${page}`);
    all.push(...body.data);
    if (page >= body.total_pages) return all;
  }
}

const one = async ({ request }: TestEmulator, path: string): Promise<Row> => (await request("GET", path)).body.data;

const ids = (records: readonly Row[]): number[] => records.map(({ id }) => id);

/** Returns the minute of a date, because most dates have no seconds. */
const minuteOf = (value: unknown): number => Math.floor((readDate(value) ?? Number.NaN) / 60_000);

const dayOf = (value: unknown): number => Math.floor(minuteOf(value) / (24 * 60));

const isDay = (value: unknown): boolean => /^[\d/]{10}$/.test(String(value));

/** Expects that the dates that a record has rise in the order of `names`, up to the server's time. */
function expectOrder(record: Row, names: readonly string[], now: number): void {
  const dates = names.map(name => record[name]).filter(date => date !== null);
  for (const [index, date] of dates.entries()) {
    const next = dates[index + 1] ?? now / 1000;
    // A date without a time is compared by its day.
    const time = isDay(date) || isDay(next) ? dayOf : minuteOf;
    expect(time(date), `${names} of ${JSON.stringify(record)}`).toBeLessThanOrEqual(time(next));
  }
}

/** Expects that a record has a date exactly if the event has happened. */
const expectDate = (record: Row, name: string, happened: unknown): void =>
  expect([record.id, name, record[name] !== null]).toEqual([record.id, name, happened === true]);

const isCompleted = ({ state }: Row): boolean => state === "COMPLETED" || state === "REPORTED";

const cents = (amounts: readonly unknown[]): number =>
  Math.round(amounts.reduce<number>((sum, amount) => sum + 100 * Number(amount), 0));

const checks: Record<string, (record: Row, now: number) => void> = {
  tests(test, now) {
    expectDate(test, "complete_date", isCompleted(test));
    expectDate(test, "reported_date", test.state === "REPORTED");
    if (isCompleted(test)) expect(test.start_date).not.toBe(null);
    if (test.state === "NOT STARTED") expect(test.start_date).toBe(null);
    expectDate(test, "date_results_released", test.release_results);
    expectDate(test, "date_report_released", test.release_report);
    expectOrder(test, ["date_created", "start_date", "complete_date", "reported_date", "last_updated"], now);
    expect(test.last_updated_unix_timestamp).toBe(Number(test.last_updated));
  },
  samples(sample, now) {
    expectDate(sample, "date_received", sample.received);
    expect(sample.lab_id).toMatch(/^\d{6}-\d{4,}$/);
    expectOrder(sample, ["time_of_collection", "date_created", "date_received", "last_updated"], now);
  },
  orders(order, now) {
    expectDate(order, "order_request_status", order.order_request);
    expectDate(order, "date_completed", isCompleted(order));
    expectDate(order, "date_report_released", order.release_report);
    expectDate(order, "date_emailed", order.emailed);
    if (isCompleted(order)) expect(order.date_received).not.toBe(null);
    expectOrder(order, ["date_created", "date_requested", "date_received", "date_completed", "last_updated"], now);
  },
  reports(report, now) {
    expectDate(report, "date_generated", report.render_status === "SUCCESSFUL");
    expectDate(report, "url", report.render_status === "SUCCESSFUL");
    expectDate(report, "date_published", report.state !== null);
    expectDate(report, "date_public", report.is_public);
    expectDate(report, "date_emailed", report.emailed);
    if (report.emailed !== true) expect(report.emailed_by_id).toBe(null);
    expectOrder(report, ["date_generated", "date_published"], now);
    expect(report.id_hash).toMatch(/^[0-9a-f]{15}$/);
  },
  invoices(invoice, now) {
    expect(cents([invoice.total])).toBe(cents([invoice.sub_total]));
    expect(invoice.paid).toBe(Number(invoice.total) > 0 && Number(invoice.outstanding_amount) <= 0);
    expectDate(invoice, "date_paid", invoice.paid);
    expectDate(invoice, "date_emailed", invoice.emailed);
    expectOrder(invoice, ["date_created", "last_updated"], now);
    expect(minuteOf(invoice.due_date)).toBeGreaterThanOrEqual(minuteOf(invoice.invoice_date));
    expect(invoice.order_id).toBe((invoice.order_ids as number[])[0]);
  },
  payments(payment, now) {
    expect(Number(payment.unapplied_amount)).toBeGreaterThanOrEqual(0);
    expect(Number(payment.unapplied_amount)).toBeLessThanOrEqual(Number(payment.amount));
    expectOrder(payment, ["date_created", "payment_date", "last_updated"], now);
  },
  quotations(quotation, now) {
    expectDate(quotation, "date_emailed", quotation.emailed);
    expect(minuteOf(quotation.expiration_date)).toBeGreaterThan(minuteOf(quotation.quotation_date));
    expectOrder(quotation, ["date_created", "quotation_date", "date_emailed", "last_updated"], now);
  },
  projects(project, now) {
    expectDate(project, "date_completed", project.percent_completion === 100);
    expectDate(project, "date_started", Number(project.percent_completion) > 0);
    expectOrder(project, ["date_created", "date_started", "date_completed", "last_updated"], now);
  },
};

/** Checks every record of every list, and what records of several lists have to agree on. */
async function expectConsistentRecords(test: TestEmulator): Promise<void> {
  const now = test.clock.now();
  const lists: Record<string, Row[]> = {};
  for (const [list, check] of Object.entries(checks)) {
    lists[list] = await rows(test, `/${list}`);
    for (const record of lists[list]) check(record, now);
  }
  const { tests = [], samples = [], orders = [], reports = [], invoices = [], payments = [] } = lists;
  expect(new Set(samples.map(({ lab_id }) => lab_id)).size).toBe(samples.length);

  const orderOf = new Map(orders.map(order => [order.id, order]));
  const sampleOf = new Map(samples.map(sample => [sample.id, sample]));
  for (const order of orders) {
    const own = samples.filter(({ order_id }) => order_id === order.id);
    expect([order.id, order.total_samples_created]).toEqual([order.id, own.length]);
  }
  for (const [child, parent] of [
    ...samples.map(sample => [sample, orderOf.get(Number(sample.order_id))] as const),
    ...tests.map(({ sample_id, ...row }) => [row, sampleOf.get(Number(sample_id))] as const),
  ]) {
    if (parent) expect(minuteOf(child.date_created)).toBeGreaterThanOrEqual(minuteOf(parent.date_created));
  }

  const items = await rows(test, "/invoice-items");
  for (const invoice of invoices) {
    const own = items.filter(({ invoice_id }) => invoice_id === invoice.id);
    const added = own.filter(({ invoice_item_type: type }) => type === "INVOICE_ITEM").map(({ amount }) => amount);
    expect([invoice.id, cents([invoice.total])]).toEqual([invoice.id, cents(added)]);
    const embedded = invoice.invoice_items as { data: Row }[];
    expect(embedded.map(({ data }) => data.amount)).toEqual(own.map(({ amount }) => amount));
  }
  const covered = invoices.map(({ total, outstanding_amount }) => Number(total) - Number(outstanding_amount));
  const used = payments.map(({ amount, unapplied_amount }) => Number(amount) - Number(unapplied_amount));
  expect(cents(covered)).toBe(cents(used));

  await expectListedReports(test, reports, { orders, samples, tests });
}

/** Expects that filters and nested lists agree on the reports of a record, and that its latest report is among them. */
async function expectListedReports(
  test: TestEmulator,
  reports: readonly Row[],
  lists: { orders: readonly Row[]; samples: readonly Row[]; tests: readonly Row[] },
): Promise<void> {
  for (const [level, records] of Object.entries(lists)) {
    // Enough to include records with and without reports, and the newest.
    for (const record of [...records.slice(0, 4), ...records.slice(-2)]) {
      const listed = await rows(test, `/${level}/${record.id}/reports`);
      const filtered = await rows(test, `/reports?${level.slice(0, -1)}_ids=${record.id}`);
      expect(ids(filtered)).toEqual(ids(listed));
      expect(ids(reports)).toEqual(expect.arrayContaining(ids(listed)));
      const successful = ids(listed.filter(({ render_status }) => render_status === "SUCCESSFUL"));
      if (level !== "orders") {
        expect(record.most_recent_report_id === null).toBe(successful.length === 0);
        if (successful.length > 0) expect(successful).toContain(record.most_recent_report_id);
      }
    }
  }
}

describe("seeded records", () => {
  it.each([1, 2, 3, 17, 4711])("are consistent with the seed %i", async seed => {
    await expectConsistentRecords(createEmulatorFor({ seed }));
  });

  it("are consistent beyond the small laboratory", async () => {
    const records = { orders: 120, samples: 240, tests: 480, reports: 60, invoices: 40, payments: 30 };
    await expectConsistentRecords(createEmulatorFor({ records: { ...records, "invoice-items": 90 } }));
  });

  it("have a status if a portal sent the order, and none if the laboratory entered it", async () => {
    const orders = await rows(createEmulatorFor(), "/orders");
    const statuses = new Set(
      orders.map(({ submitted_by, order_request_status }) => [submitted_by, order_request_status].join()),
    );
    expect(statuses).toEqual(new Set(["Portal,RECEIVED", ","]));
  });

  it("include invoices that are paid, partly paid and unpaid", async () => {
    const invoices = await rows(createEmulatorFor(), "/invoices");
    const kinds = invoices.map(({ total, outstanding_amount: open }) =>
      open === 0 ? "paid" : open === total ? "unpaid" : "partly paid",
    );
    expect(new Set(kinds)).toEqual(new Set(["paid", "unpaid", "partly paid"]));
  });
});

describe("records after writes", () => {
  type Write = (test: TestEmulator) => Promise<unknown>;
  const id = fc.integer({ min: 1, max: 4 });
  const state = fc.constantFrom("NOT STARTED", "IN PROGRESS", "ON HOLD", "COMPLETED", "REPORTED", "CANCELLED");
  const amount = fc.integer({ min: 1, max: 60_000 }).map(value => value / 100);
  const request = (method: string, path: string, body?: unknown): Write =>
    Object.assign(async ({ request: send }: TestEmulator) => send(method, path, body), {
      // Shown for a counterexample.
      [fc.toStringMethod]: () => `${method} ${path} ${JSON.stringify(body) ?? ""}`,
    });
  const item = { name: "Potency", invoice_item_type: "INVOICE_ITEM" };

  const write: fc.Arbitrary<Write> = fc.oneof(
    fc.tuple(id, state).map(([n, value]) => request("PATCH", "/tests", [{ id: n, state: value }])),
    fc.tuple(id, state).map(([n, value]) => request("PATCH", "/orders", [{ id: n, state: value }])),
    fc.tuple(id, fc.boolean()).map(([n, release_report]) => request("PATCH", "/tests", [{ id: n, release_report }])),
    fc.tuple(id, fc.boolean()).map(([n, order_request]) => request("PATCH", "/orders", [{ id: n, order_request }])),
    fc.tuple(id, fc.boolean()).map(([n, received]) => request("PATCH", "/samples", [{ id: n, received }])),
    fc.tuple(id, fc.boolean()).map(([n, received]) => request("POST", "/samples", [{ order_id: n, received }])),
    fc.tuple(id, state).map(([n, value]) => request("POST", "/tests", [{ sample_id: n, assay_id: 1, state: value }])),
    id.map(n => request("POST", "/orders", [{ customer_account_id: n }])),
    fc.tuple(id, id).map(([a, b]) => request("POST", "/reports", [{ report_config_id: 1, test_ids: [a, b] }])),
    fc.tuple(id, fc.boolean()).map(([n, send_emails]) => request("POST", "/reports/publish", [{ id: n, send_emails }])),
    id.map(n => request("GET", `/reports/${20 + n}`)),
    id.map(n => request("POST", "/invoices", [{ order_id: n, template_id: 1 }])),
    fc
      .tuple(id, fc.integer({ min: 1, max: 9 }), amount)
      .map(([invoice_id, quantity, base_price]) =>
        request("POST", "/invoice-items", [{ ...item, invoice_id, quantity, base_price }]),
      ),
    fc
      .tuple(id, fc.integer({ min: 1, max: 9 }))
      .map(([n, quantity]) => request("PATCH", "/invoice-items", [{ id: n, quantity }])),
    fc
      .tuple(id, amount)
      .map(([customer_id, value]) => request("POST", "/payments", [{ customer_id, amount: value, template_id: 1 }])),
    fc.tuple(id, amount).map(([n, value]) => request("PATCH", "/payments", [{ id: n, amount: value }])),
    fc
      .tuple(fc.constantFrom("POST", "PATCH"), id, id, amount)
      .map(([method, n, invoice_id, applied_amount]) =>
        request(method, `/payments/${n}/invoices`, [{ invoice_id, applied_amount }]),
      ),
    fc.tuple(id, id).map(([n, invoice]) => request("DELETE", `/payments/${n}/invoices/${invoice}`)),
    fc
      .tuple(fc.constantFrom("tests", "invoices", "invoice-items", "payments"), id)
      .map(([list, n]) => request("DELETE", `/${list}/${n}`)),
    fc.integer({ min: 1, max: 90 }).map<Write>(
      minutes =>
        async ({ clock }) =>
          clock.advance(minutes * 60_000),
    ),
  );

  it("are consistent after any sequence of writes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 5, maxLength: 30 }), async writes => {
        const test = createEmulatorFor({ tokens: { accessTokenSeconds: 1_000_000 } });
        for (const send of writes) await send(test);
        await expectConsistentRecords(test);
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it("have the fields that QBench sets on a new order, sample and test", async () => {
    const { request: send, client, clock } = createEmulatorFor();
    const created = "06/01/2026 12:00 PM";
    const last_updated = String(clock.now() / 1000);
    const [order] = (await send("POST", "/orders", [{ customer_account_id: 1 }])).body.data;
    expect(order).toMatchObject({
      state: "NOT STARTED",
      custom_formatted_id: "QB-00049",
      date_created: created,
      last_updated,
      date_received: null,
      date_completed: null,
      order_request: false,
      order_request_status: null,
      entered_by_api_client_id: client.id,
      total_samples_created: 0,
    });
    const [sample] = (await send("POST", "/samples", [{ order_id: order.id, received: true }])).body.data;
    expect(sample).toMatchObject({
      lab_id: "260601-0097",
      custom_formatted_id: "QB-00097",
      date_created: created,
      date_received: created,
      complete: false,
      last_updated,
    });
    const [test] = (await send("POST", "/tests", [{ sample_id: sample.id, assay_id: 2 }])).body.data;
    expect(test).toMatchObject({
      state: "NOT STARTED",
      date_created: created,
      start_date: null,
      complete_date: null,
      last_updated_unix_timestamp: clock.now() / 1000,
    });
    expect((await send("GET", `/orders/${order.id}`)).body.data.total_samples_created).toBe(1);
  });

  it("keep the dates that a client gives, and set the others when the state or a flag changes", async () => {
    const { request: send, clock } = createEmulatorFor();
    const update = async (list: string, fields: object): Promise<Row> =>
      (await send("PATCH", `/${list}`, [{ id: 1, ...fields }])).body.data[0];
    expect(await update("tests", { state: "COMPLETED" })).toMatchObject({ complete_date: "06/01/2026 12:00 PM" });
    clock.advance(60_000);
    expect(await update("tests", { state: "REPORTED" })).toMatchObject({
      complete_date: "06/01/2026 12:00 PM",
      reported_date: "06/01/2026 12:01 PM",
    });
    expect(await update("tests", { state: "IN REVIEW" })).toMatchObject({ complete_date: null, reported_date: null });
    expect(await update("tests", { state: "COMPLETED", complete_date: "05/05/2026" })).toMatchObject({
      complete_date: "05/05/2026 12:00 AM",
    });
    expect(await update("samples", { received: false })).toMatchObject({ date_received: null });
    expect(await update("samples", { date_received: "05/05/2026" })).toMatchObject({ received: true });
    expect(await update("orders", { order_request: false })).toMatchObject({ order_request_status: null });
    expect(await update("orders", { order_request_status: "RECEIVED" })).toMatchObject({ order_request: true });
  });

  it("show a deleted invoice as deleted in lists that include deleted records", async () => {
    const { request: send } = createEmulatorFor();
    expect((await send("DELETE", "/invoices/2")).status).toBe(204);
    expect((await send("GET", "/invoices?include_deleted=DELETED_ONLY")).body.data).toMatchObject([
      { id: 2, deleted: true },
    ]);
  });
});

describe("reports", () => {
  it("are listed under the orders, samples and tests of the tests they were created from", async () => {
    const test = createEmulatorFor();
    // The tests 7 and 103 are of the sample 7, and the test 8 is of the sample 8.
    const [both, several] = (
      await test.request("POST", "/reports", [
        { report_config_id: 1, test_ids: [7, 103] },
        { report_config_id: 1, test_ids: [7, 8] },
      ])
    ).body.data;
    expect([both, several]).toMatchObject([
      { test_id: null, sample_id: 7, order_id: null, date_generated: null, url: null },
      { test_id: null, sample_id: null, order_id: null },
    ]);
    for (const path of ["tests/7", "samples/7", "orders/7"]) {
      expect(ids(await rows(test, `/${path}/reports`))).toEqual([7, both.id, several.id]);
    }
    for (const path of ["tests/8", "samples/8", "orders/8"]) {
      expect(ids(await rows(test, `/${path}/reports`))).toEqual([8, several.id]);
    }
    expect(ids(await rows(test, `/reports?test_ids=103&sample_ids=7&order_ids=7`))).toEqual([7, both.id]);
    expect((await one(test, "/samples/7")).reports).toHaveLength(3);
  });

  it("are of one test, if they were created from one", async () => {
    const test = createEmulatorFor();
    const [report] = (await test.request("POST", "/reports", [{ report_config_id: 1, test_id: 100 }])).body.data;
    expect(report).toMatchObject({ test_id: 100, sample_id: null, order_id: null });
    expect(ids(await rows(test, "/samples/4/reports"))).toEqual([4, report.id]);
  });

  it("have the date of their generation once they are rendered, and become the latest report of their tests", async () => {
    const test = createEmulatorFor();
    const [{ id: reportId }] = (await test.request("POST", "/reports", [{ report_config_id: 1, test_ids: [72] }])).body
      .data;
    expect(await one(test, "/tests/72")).toMatchObject({ most_recent_report_id: null });
    await one(test, `/reports/${reportId}`);
    test.clock.advance(60_000);
    expect(await one(test, `/reports/${reportId}`)).toMatchObject({
      render_status: "SUCCESSFUL",
      date_generated: "06/01/2026 12:01 PM",
      url: expect.stringContaining("https://"),
    });
    expect(await one(test, "/tests/72")).toMatchObject({ most_recent_report: { id: reportId } });
  });

  it("have no date of generation if rendering failed, and cannot be published", async () => {
    const test = createEmulatorFor({ rendering: { pendingReads: 0, error: "No template" } });
    const [{ id: reportId }] = (await test.request("POST", "/reports", [{ report_config_id: 1, test_id: 1 }])).body
      .data;
    expect(await one(test, `/reports/${reportId}`)).toMatchObject({
      render_status: "FAILED",
      render_error_message: "No template",
      date_generated: null,
      url: null,
    });
    expect(await test.request("POST", "/reports/publish", [{ id: reportId }])).toMatchObject({
      status: 400,
      body: { errors: [{ loc: [0, "id"] }] },
    });
  });

  it("are emailed only if the request to publish them says so", async () => {
    const test = createEmulatorFor();
    const publish = [{ id: 2, send_emails: true }, { id: 4, send_emails: false }, { id: 6 }];
    expect((await test.request("POST", "/reports/publish", publish)).status).toBe(204);
    const published = { state: "PUBLISHED", date_published: "06/01/2026 12:00 PM" };
    const { client } = test;
    expect(await one(test, "/reports/2")).toMatchObject({
      ...published,
      emailed: true,
      date_emailed: "06/01/2026 12:00 PM",
      emailed_by_api_client_id: client.id,
      published_by_api_client_id: client.id,
    });
    for (const id of [4, 6]) {
      expect(await one(test, `/reports/${id}`)).toMatchObject({ ...published, emailed: false, date_emailed: null });
    }
  });
});

describe("payments", () => {
  /** Creates an invoice of 100 with two items, and a payment of 80. */
  async function createInvoice(test: TestEmulator) {
    const [invoice] = (await test.request("POST", "/invoices", [{ order_id: 1, template_id: 1 }])).body.data;
    const item = { invoice_id: invoice.id, name: "pH", invoice_item_type: "INVOICE_ITEM" };
    const items = (
      await test.request("POST", "/invoice-items", [
        { ...item, base_price: 30, quantity: 2 },
        { ...item, base_price: 50, amount: 40 },
      ])
    ).body.data;
    const [payment] = (await test.request("POST", "/payments", [{ customer_id: 1, amount: 80, template_id: 1 }])).body
      .data;
    const amounts = async (): Promise<unknown[]> => {
      const { total, outstanding_amount, paid } = await one(test, `/invoices/${invoice.id}`);
      return [total, outstanding_amount, paid, (await one(test, `/payments/${payment.id}`)).unapplied_amount];
    };
    const apply = async (method: "POST" | "PATCH", applied_amount: number): Promise<number> =>
      (await test.request(method, `/payments/${payment.id}/invoices`, [{ invoice_id: invoice.id, applied_amount }]))
        .status;
    return { invoice, items, payment, amounts, apply };
  }

  it("cover an invoice while they are applied, changed and taken back", async () => {
    const test = createEmulatorFor();
    const { invoice, payment, amounts, apply } = await createInvoice(test);
    expect(await amounts()).toEqual([100, 100, false, 80]);
    expect(await apply("PATCH", 10)).toBe(400);
    expect(await apply("POST", 30.5)).toBe(204);
    expect(await amounts()).toEqual([100, 69.5, false, 49.5]);
    expect(await apply("POST", 9.5)).toBe(204);
    expect(await apply("PATCH", 70)).toBe(204);
    expect(await amounts()).toEqual([100, 30, false, 10]);
    expect((await test.request("DELETE", `/payments/${payment.id}/invoices/${invoice.id}`)).status).toBe(204);
    expect(await amounts()).toEqual([100, 100, false, 80]);
    expect((await test.request("DELETE", `/payments/${payment.id}/invoices/${invoice.id}`)).status).toBe(404);
  });

  it("cannot be applied beyond their amount, beyond the invoice, or with nothing", async () => {
    const test = createEmulatorFor();
    const { items, payment, amounts, apply } = await createInvoice(test);
    for (const amount of [80.01, 0, -5]) expect([amount, await apply("POST", amount)]).toEqual([amount, 400]);
    expect((await test.request("DELETE", `/invoice-items/${items[0].id}`)).status).toBe(204);
    expect(await amounts()).toEqual([40, 40, false, 80]);
    expect(await apply("POST", 41)).toBe(400);
    expect(await apply("POST", 40)).toBe(204);
    expect(await amounts()).toEqual([40, 0, true, 40]);
    expect((await test.request("PATCH", "/payments", [{ id: payment.id, amount: 39 }])).status).toBe(400);
    expect((await test.request("PATCH", "/payments", [{ id: payment.id, amount: 50 }])).status).toBe(200);
    expect(await amounts()).toEqual([40, 0, true, 10]);
  });

  it("are applied to all invoices of a request or to none", async () => {
    const test = createEmulatorFor();
    const { invoice, payment, amounts } = await createInvoice(test);
    const parts = [50, 31].map(applied_amount => ({ invoice_id: invoice.id, applied_amount }));
    expect(await test.request("POST", `/payments/${payment.id}/invoices`, parts)).toMatchObject({
      status: 400,
      body: { errors: [{ loc: [1, "applied_amount"] }] },
    });
    expect(await amounts()).toEqual([100, 100, false, 80]);
  });

  it("follow the changes of items, and ignore amounts that the server maintains", async () => {
    const test = createEmulatorFor();
    const { invoice, items, amounts } = await createInvoice(test);
    await test.request("PATCH", "/invoice-items", [{ id: items[1].id, quantity: 3 }]);
    expect(await amounts()).toEqual([210, 210, false, 80]);
    await test.request("PATCH", "/invoices", [{ id: invoice.id, outstanding_amount: 0, total: 1, paid: true }]);
    expect(await amounts()).toEqual([210, 210, false, 80]);
    await test.request("PATCH", "/invoices", [{ id: invoice.id, discount: 10 }]);
    expect(await amounts()).toEqual([200, 200, false, 80]);
  });

  it("are free again once their invoice is deleted, and leave it unpaid once they are deleted", async () => {
    const test = createEmulatorFor();
    const { payment, invoice, amounts, apply } = await createInvoice(test);
    await apply("POST", 80);
    await test.request("DELETE", `/payments/${payment.id}`);
    expect(await one(test, `/invoices/${invoice.id}`)).toMatchObject({ outstanding_amount: 100 });
    const other = await createInvoice(test);
    await other.apply("POST", 80);
    expect(await other.amounts()).toEqual([100, 20, false, 0]);
    await test.request("DELETE", `/invoices/${other.invoice.id}`);
    expect(await one(test, `/payments/${other.payment.id}`)).toMatchObject({ unapplied_amount: 80 });
    expect(await amounts().catch(() => "deleted")).toBe("deleted");
  });

  it("count surcharges, discounts, percentages and taxes of the items before them", async () => {
    const test = createEmulatorFor();
    const { invoice } = await createInvoice(test);
    const item = { invoice_id: invoice.id, name: "Item" };
    const { body } = await test.request("POST", "/invoice-items", [
      { ...item, invoice_item_type: "FLAT_SURCHARGE", surcharge: 20, sort_order: 1 },
      { ...item, invoice_item_type: "FLAT_DISCOUNT", discount: 40, sort_order: 2 },
      { ...item, invoice_item_type: "SUBTOTAL", sort_order: 3 },
      { ...item, invoice_item_type: "PERCENT_DISCOUNT", discount: 50, sort_order: 4 },
      { ...item, invoice_item_type: "PERCENT_SURCHARGE", surcharge: 10, sort_order: 5 },
      { ...item, invoice_item_type: "INVOICE_ITEM", base_price: 6, tax_rate_percentage: 50, sort_order: 6 },
    ]);
    const amounts = await Promise.all(body.data.map(({ id }: Row) => one(test, `/invoice-items/${id}`)));
    expect(amounts.map(({ amount }) => amount)).toEqual([20, 40, 80, 40, 4, 6]);
    expect(await one(test, `/invoices/${invoice.id}`)).toMatchObject({
      sub_total: 50,
      total: 50,
      total_after_tax: 53,
      outstanding_amount: 53,
    });
  });
});
