/** Tests the client over real connections, with the runtime's own fetch. */
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
import { startTestServer } from "./test-server.ts";

async function createTestClient(emulatorOptions: EmulatorOptions = {}, clientOptions: ClientOptions = {}) {
  const server = await startTestServer(emulatorOptions);
  const events: ClientEvent[] = [];
  const client = createQBenchClient({
    baseUrl: server.url,
    clientId: server.clientId,
    // A page must not hold a secret.
    ...(isBrowser ? { assertion: server.assertion } : { clientSecret: server.clientSecret }),
    onEvent: event => events.push(event),
    ...clientOptions,
  });
  return { server, client, events };
}

describe("client over HTTP", () => {
  it("reads a whole list, page by page", async () => {
    const { server, client } = await createTestClient();
    const orders = await client.orders.list({ page_size: 7 }).toArray();
    expect(orders.map(({ id }) => id)).toEqual(Array.from({ length: 48 }, (_, index) => index + 1));
    expect(await server.stats()).toMatchObject({ exchanges: 1, throttledByRate: 0, throttledByConcurrency: 0 });
  });

  it("makes many concurrent requests without a 429", async () => {
    const { server, client } = await createTestClient();
    await Promise.all(Array.from({ length: 60 }, (_, index) => client.orders.get((index % 48) + 1)));
    expect(await server.stats()).toMatchObject({ apiCalls: 60, throttledByRate: 0, throttledByConcurrency: 0 });
  });

  it("creates, updates and deletes records", async () => {
    const { client } = await createTestClient();
    const [order] = await client.orders.create([{ customer_account_id: 2 }]);
    const id = order?.id ?? 0;
    expect(await client.orders.update([{ id, invoicing_notes: "größer · ✓" }])).toMatchObject([
      { invoicing_notes: "größer · ✓" },
    ]);
    expect(await client.orders.delete(id)).toBeUndefined();
    await expect(client.orders.get(id)).rejects.toThrow(QBenchApiError);
  });

  it("retries a request after a 503 and after a broken connection", async () => {
    const { server, client, events } = await createTestClient();
    await server.addFault({ on: "api", status: 503, times: 1 });
    expect((await client.orders.get(3)).id).toBe(3);
    await server.addFault({ on: "api", cut: "before", times: 1 });
    expect((await client.orders.get(3)).id).toBe(3);
    expect(events.filter(({ type }) => type === "retry")[0]).toMatchObject({ status: 503 });
  });

  it("times out a slow request and releases its slot", async () => {
    const { server, client } = await createTestClient(
      {},
      { timeouts: { attemptMs: 200 }, retry: false, limits: { concurrent: 1 } },
    );
    await client.orders.get(3);
    await server.addFault({ on: "api", latencyMs: 20_000, times: 1 });
    await expect(client.orders.get(3)).rejects.toThrow(QBenchTimeoutError);
    expect((await client.orders.get(4)).id).toBe(4);
  });

  it("rejects an aborted request with the reason of its signal", async () => {
    const { server, client } = await createTestClient();
    await client.orders.get(3);
    const { requests } = await server.stats();
    await server.addFault({ on: "api", latencyMs: 20_000, times: 1 });
    const controller = new AbortController();
    const reason = new Error("enough");
    const read = client.orders.get(3, undefined, { signal: controller.signal });
    await vi.waitFor(async () => expect((await server.stats()).requests).toBe(requests + 1));
    controller.abort(reason);
    await expect(read).rejects.toBe(reason);
  });

  it("uploads a file and downloads it again", async () => {
    const { client } = await createTestClient();
    const bytes = new TextEncoder().encode("größer · ✓");
    const item = { attachment_type: "ORDER", object_id: 3, file_name: "note.txt" } as const;
    const { id } = await uploadAttachment(client, item, bytes);
    const { stream } = await downloadFile(await client.attachments.get(id));
    expect(new Uint8Array(await new Response(stream).arrayBuffer())).toEqual(bytes);
  });
});
