import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { buildDocument } from "../src/builtin/build-document.js";
import { methods, type OpenApiDocument, resolve, type Schema } from "../src/openapi/document.js";
import { otherRoutes } from "./operations/other-routes.js";
import type { Expected, Row } from "./operations/row.js";
import { type OperationRow, rows, table } from "./operations/table.js";
import { createTestEmulator, jidOf } from "./support/client.js";
import { responseValidator } from "./support/response-schema.js";

const published = fileURLToPath(new URL("../../../../shared/qbench-v2/published-openapi.json", import.meta.url));
const isPresent = existsSync(published);
if (!isPresent) console.log("Skipped: a published QBench document at ../shared/qbench-v2/published-openapi.json");

const documents = [
  { name: "the built-in document", read: buildDocument },
  ...(isPresent
    ? [{ name: "the published document", read: (): OpenApiDocument => JSON.parse(readFileSync(published, "utf8")) }]
    : []),
];

const base = "/qbench/api/v2";
/** Any number of requests, and worksheets that are processed immediately. */
const unlimited = { limits: { requests: 1_000_000 }, worksheets: { pendingReads: 0 } };

interface Received {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the expectations describe the body
  body: any;
}
type Form = Pick<Row, "encoding" | "cookie"> & { form: Readonly<Record<string, string>> };
type TestEmulator = ReturnType<typeof createTestEmulator>;

const operationsOf = ({ paths }: OpenApiDocument): string[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    methods.filter(method => item[method]).map(method => `${method.toUpperCase()} ${path.replace(base, "")}`),
  );

const idsOf = (records: readonly { id: unknown }[]): unknown[] => records.map(({ id }) => id);

/** Replaces the names in braces by their values. */
async function fill<T>({ client, assertion, exchange }: TestEmulator, value: T): Promise<T> {
  let text = JSON.stringify(value) ?? "null";
  if (text.includes("{refresh_token}")) {
    const response = await exchange();
    const { refresh_token } = (await response.json()) as { refresh_token: string };
    text = text.replaceAll("{refresh_token}", refresh_token).replaceAll("{jid}", jidOf(response));
  }
  text = text.replaceAll("{api_client_id}", client.id);
  return JSON.parse(text.replaceAll("{assertion}", await assertion()));
}

/** Sends a form, without an access token. */
async function sendForm(tested: TestEmulator, path: string, { form, encoding, cookie }: Form): Promise<Received> {
  let body: URLSearchParams | FormData = new URLSearchParams(form);
  if (encoding === "multipart") {
    body = new FormData();
    for (const [name, value] of Object.entries(form)) body.set(name, value);
  }
  const response = await tested.post(path, body, cookie === undefined ? {} : { Cookie: cookie });
  return { status: response.status, body: await response.json() };
}

/** Compares a response with what a row expects. */
async function check(tested: TestEmulator, { status, body }: Received, expected: Expected): Promise<void> {
  const { total, ids, sameIdsAs, data } = expected;
  expect(status, JSON.stringify(body)).toBe(expected.status);
  if (total !== undefined) expect(body.total_count).toBe(total);
  if (ids) expect(idsOf(body.data)).toEqual(ids);
  if (sameIdsAs) {
    const [path = "", field] = sameIdsAs.split(" ");
    const other = (await tested.request("GET", path)).body.data;
    expect(idsOf(body.data).sort()).toEqual(idsOf(field === undefined ? other : other[field]).sort());
  }
  if (data) expect(Array.isArray(data) ? body.data.slice(0, data.length) : body.data).toMatchObject(data);
  if (typeof expected.body === "string") expect(body).toContain(expected.body);
  else if (expected.body) expect(body).toMatchObject(expected.body);
}

describe.each(documents)("an emulator of $name", ({ name, read }) => {
  const document = read();
  const operations = operationsOf(document);
  const differences = responseValidator(document);
  // The emulator reads its own document only once, and a given one each time.
  const create = (options = {}) =>
    createTestEmulator({ ...unlimited, ...options, ...(name !== "the built-in document" && { document }) });
  // Reads and rejected requests change nothing, so that these share an emulator.
  const shared = create();

  it("has a row for each operation, and no row for another one", () => {
    expect(operations).toHaveLength(169);
    expect(Object.keys(table).sort()).toEqual(operations.sort());
    for (const [first] of Object.values(table)) expect(first?.status).toBeLessThan(300);
  });

  /** After a write, reads each record of the response. After a delete, expects that the record is gone. */
  async function readBack(tested: TestEmulator, { method, path }: OperationRow, { status, body }: Received) {
    const one = operations.filter(operation => operation.startsWith(`GET ${path}/{`) && operation.endsWith("}"));
    if ((status === 200 || status === 201) && Array.isArray(body?.data) && one.length === 1) {
      for (const record of body.data) {
        const { url: _, upload_url: __, ...written } = record;
        expect((await tested.request("GET", `${path}/${record.id}`)).body.data).toMatchObject(written);
      }
    }
    if (method === "DELETE") expect((await tested.request(method, path)).status).toBe(404);
    if (method === "DELETE" && operations.includes(`GET ${path.replace(/\d+$/, "{}")}`)) {
      expect((await tested.request("GET", path)).status).toBe(404);
    }
  }

  it.each(rows)("$operation $shows", async row => {
    const changesNothing = row.method === "GET" && !row.given;
    const tested = changesNothing ? shared : create();
    for (const [given, json] of row.given ?? []) {
      const [method = "", path = ""] = given.split(" ");
      const { status, body } = await tested.request(method, path, json);
      expect(status, JSON.stringify(body)).toBeLessThan(300);
    }
    const filled = await fill(tested, row);
    const { byOperation } = tested.emulator.stats;
    const key = row.operation.replace(" ", ` ${base}`);
    const before = byOperation[key] ?? 0;
    const { method, path, json, form } = filled;
    const received = await (form
      ? sendForm(tested, `${base}${path}`, { ...filled, form })
      : tested.request(method, path, json));
    // The row reaches the operation that it is listed under.
    if (row.path.startsWith("/auth/")) expect(row.operation).toBe(`${row.method} ${row.path}`);
    else expect(byOperation[key]).toBe(before + 1);

    await check(tested, received, filled);
    const isText = typeof received.body === "string" || received.body === undefined;
    expect(isText ? [] : (differences(row.operation, received.status, received.body) ?? [])).toEqual([]);
    if (received.status < 300 && row.method !== "GET") {
      if (Array.isArray(row.json) && received.body?.data) expect(received.body.data).toHaveLength(row.json.length);
      await readBack(tested, filled, received);
    }
    for (const [path, after] of Object.entries(filled.after ?? {})) {
      const expected = typeof after === "number" ? { status: after } : { status: 200, ...after };
      await check(tested, await tested.request("GET", path), expected);
    }
  });

  const firstRows = rows.filter(({ operation }, index) => rows[index - 1]?.operation !== operation);
  const needToken = firstRows.filter(({ form }) => !form);

  /** Sends requests to a new or to the shared emulator, and returns those with another response than the error. */
  async function unexpected(status: number, requests: readonly (readonly [OperationRow, unknown, string?])[]) {
    const found: string[] = [];
    for (const [row, json, path = row.path] of requests) {
      const tested = row.given ? create() : shared;
      for (const [given, body] of row.given ?? []) {
        const [method = "", to = ""] = given.split(" ");
        await tested.request(method, to, body);
      }
      const received = await tested.request(row.method, await fill(tested, path), json);
      const wrong = differences(row.operation, received.status, received.body) ?? [];
      if (received.status === status && wrong.length === 0) continue;
      found.push(`${row.method} ${path} ${JSON.stringify(json)}: ${received.status} ${wrong.join(" ")}`);
    }
    return found;
  }

  it("rejects each operation without an access token, and outside the scopes of the API client", async () => {
    const { request, client } = create({ clients: [{ scopes: ["GET /none"] }] });
    for (const row of needToken) {
      const path = row.path.replace("{api_client_id}", client.id);
      const anonymous = await request(row.method, path, row.json, { Authorization: "" });
      expect([row.operation, anonymous.status, anonymous.body.error_type]).toEqual([row.operation, 400, "AuthError"]);
      const { status, body } = await request(row.method, path, row.json);
      // Every API client may ask about its own token.
      expect([row.operation, status]).toEqual([row.operation, row.path === "/auth/token/info" ? 200 : 403]);
      if (status === 403) expect(differences(row.operation, status, body)).toEqual([]);
    }
  });

  it("responds with 404 if a record in the path does not exist", async () => {
    const requests = needToken.flatMap(row => {
      // Integrations and labels are not records of the API, so that each id of one is accepted.
      const first = /^\/(integrations|labels)\//.test(row.path) ? 3 : 2;
      return row.path.split("/").flatMap((part, index, parts) => {
        if (index < first || !/^(\d+|\{\w+\})(\?|$)/.test(part)) return [];
        return [[row, row.json, parts.with(index, "999999").join("/")] as const];
      });
    });
    expect(requests.length).toBeGreaterThan(90);
    expect(await unexpected(404, requests)).toEqual([]);
  });

  const bodyOf = (operation: string): Schema | undefined => {
    const [method = "", path = ""] = operation.split(" ");
    const declared = document.paths[`${base}${path}`]?.[method.toLowerCase() as "post"]?.requestBody;
    return resolve(document, resolve(document, declared)?.content?.["application/json"]?.schema);
  };
  const bodies = needToken.flatMap(row => {
    const schema = bodyOf(row.operation);
    const item = resolve(document, schema?.items) ?? schema;
    const sent: unknown = Array.isArray(row.json) ? row.json[0] : row.json;
    return item && typeof sent === "object" && sent !== null
      ? [{ row, item, sent, wrap: (body: object) => (schema?.items ? [body] : body) }]
      : [];
  });

  it("rejects each body of another shape than the document declares", async () => {
    expect(bodies).toHaveLength(42);
    const requests = bodies.flatMap(({ row, item, sent, wrap }) => {
      const isList = Array.isArray(row.json);
      const shapes = isList ? [sent, [], [[sent]], [null], "text", null] : [[sent], [], "text", null];
      const wrongTypes = Object.keys(sent).flatMap(name => {
        const property = resolve(document, item.properties?.[name]);
        return property ? [wrap({ ...sent, [name]: property.type === "object" ? "text" : {} })] : [];
      });
      const incomplete = (item.required ?? [])
        // An invoice has one of the two.
        .filter(name => row.operation !== "POST /invoices" || !name.startsWith("order_id"))
        .map(name => wrap(Object.fromEntries(Object.entries(sent).filter(([key]) => key !== name))));
      return [...shapes, ...wrongTypes, ...incomplete].map(json => [row, json] as const);
    });
    expect(await unexpected(400, requests)).toEqual([]);
  });

  it("responds with 404 if a record in the body does not exist", async () => {
    const updates = bodies.filter(({ row, item }) => row.operation.startsWith("PATCH ") && item.properties?.id);
    expect(updates).toHaveLength(13);
    const requests = updates.map(({ row, sent }) => [row, [{ ...sent, id: 999_999 }]] as const);
    expect(await unexpected(404, requests)).toEqual([]);
  });

  it("rejects a body that is not JSON", async () => {
    const { emulator, token } = shared;
    for (const { row } of bodies) {
      const headers = { Authorization: `Bearer ${await token()}` };
      const url = `https://lab.example${base}${row.path}`;
      const { status } = await emulator.fetch(new Request(url, { method: row.method, headers, body: "{" }));
      expect([row.operation, status]).toEqual([row.operation, 400]);
    }
  });
});

describe("a path that the document does not have", () => {
  it.each(otherRoutes)("$method $url $shows", async route => {
    const tested = createTestEmulator();
    const { method, url, form, ...rest } = await fill(tested, route);
    const send = async (): Promise<Received> => {
      const headers = { Authorization: `Bearer ${await tested.token()}` };
      const response = await tested.emulator.fetch(new Request(`https://lab.example${url}`, { method, headers }));
      return { status: response.status, body: await response.json() };
    };
    await check(tested, await (form ? sendForm(tested, url, { ...rest, form }) : send()), rest);
  });

  it("The operations accept a token of the older token path, which has no refresh token", async () => {
    const tested = createTestEmulator();
    const token = await (await tested.exchange({}, "/qbench/oauth2/v1/token")).json();
    expect(Object.keys(token as object)).toEqual(["access_token", "token_type", "expires_in"]);
    const { access_token } = token as { access_token: string };
    const { status } = await tested.request("GET", "/orders", undefined, { Authorization: `Bearer ${access_token}` });
    expect(status).toBe(200);
  });
});
