/** The client over real connections, by the runtime's own fetch. */
import {
  type ClientEvent,
  type ClientOptions,
  createQBenchClient,
  downloadFile,
  QBenchApiError,
  QBenchTimeoutError,
  uploadAttachment,
} from "@qbench-sdk/client";
import type { EmulatorOptions } from "@qbench-sdk/emulator";
import { describe, expect, it, vi } from "vitest";
import { isBrowser } from "../../../client/test/support/runtime.ts";
import { startLab } from "./lab.ts";

async function setUp(emulatorOptions: EmulatorOptions = {}, clientOptions: ClientOptions = {}) {
  const lab = await startLab(emulatorOptions);
  const events: ClientEvent[] = [];
  const client = createQBenchClient({
    baseUrl: lab.url,
    clientId: lab.clientId,
    // A page has no secret.
    ...(isBrowser ? { assertion: lab.assertion } : { clientSecret: lab.clientSecret }),
    onEvent: event => events.push(event),
    ...clientOptions,
  });
  return { lab, client, events };
}

describe("over HTTP", () => {
  it("a whole list is read, page by page", async () => {
    const { lab, client } = await setUp();
    const orders = await client.orders.list({ page_size: 7 }).toArray();
    expect(orders.map(({ id }) => id)).toEqual(Array.from({ length: 48 }, (_, index) => index + 1));
    expect(await lab.stats()).toMatchObject({ exchanges: 1, throttledByRate: 0, throttledByConcurrency: 0 });
  });

  it("many calls at once meet no 429", async () => {
    const { lab, client } = await setUp();
    await Promise.all(Array.from({ length: 60 }, (_, index) => client.orders.get((index % 48) + 1)));
    expect(await lab.stats()).toMatchObject({ apiCalls: 60, throttledByRate: 0, throttledByConcurrency: 0 });
  });

  it("records are written, changed and deleted", async () => {
    const { client } = await setUp();
    const [order] = await client.orders.create([{ customer_account_id: 2 }]);
    const id = order?.id ?? 0;
    expect(await client.orders.update([{ id, invoicing_notes: "größer · ✓" }])).toMatchObject([
      { invoicing_notes: "größer · ✓" },
    ]);
    expect(await client.orders.delete(id)).toBeUndefined();
    await expect(client.orders.get(id)).rejects.toThrow(QBenchApiError);
  });

  it("a call is tried again after an answer of the moment, and after a connection that broke", async () => {
    const { lab, client, events } = await setUp();
    await lab.addFault({ on: "api", status: 503, times: 1 });
    expect((await client.orders.get(3)).id).toBe(3);
    await lab.addFault({ on: "api", cut: "before", times: 1 });
    expect((await client.orders.get(3)).id).toBe(3);
    expect(events.filter(({ type }) => type === "retry")[0]).toMatchObject({ status: 503 });
  });

  it("a call that takes too long ends, and gives its place back", async () => {
    const { lab, client } = await setUp({}, { timeouts: { headersMs: 200 }, retry: false, limits: { concurrent: 1 } });
    await client.orders.get(3);
    await lab.addFault({ on: "api", latencyMs: 20_000, times: 1 });
    await expect(client.orders.get(3)).rejects.toThrow(QBenchTimeoutError);
    expect((await client.orders.get(4)).id).toBe(4);
  });

  it("a call ends with its signal's own reason", async () => {
    const { lab, client } = await setUp();
    await client.orders.get(3);
    const { requests } = await lab.stats();
    await lab.addFault({ on: "api", latencyMs: 20_000, times: 1 });
    const controller = new AbortController();
    const reason = new Error("enough");
    const read = client.orders.get(3, undefined, { signal: controller.signal });
    await vi.waitFor(async () => expect((await lab.stats()).requests).toBe(requests + 1));
    controller.abort(reason);
    await expect(read).rejects.toBe(reason);
  });

  it("a file goes up and comes down again", async () => {
    const { client } = await setUp();
    const bytes = new TextEncoder().encode("größer · ✓");
    const item = { attachment_type: "ORDER", object_id: 3, file_name: "note.txt" } as const;
    const { id } = await uploadAttachment(client, item, bytes);
    const { stream } = await downloadFile(await client.attachments.get(id));
    expect(new Uint8Array(await new Response(stream).arrayBuffer())).toEqual(bytes);
  });
});
