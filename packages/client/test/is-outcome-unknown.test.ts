import type { Fault } from "@qbench-sdk/emulator";
import { describe, expect, it } from "vitest";
import { createQBenchClient, isOutcomeUnknown, type QBenchClient, QBenchConnectionError } from "../src/index.js";
import { createTestClient } from "./support/laboratory.js";

const order = { customer_account_id: 1, invoicing_notes: "from the web shop" };

const create = async (client: QBenchClient, count = 1, chunkSize = 100): Promise<unknown> => {
  const orders = Array.from({ length: count }, () => order);
  return client.orders.create(orders, { chunkSize, onIgnoredFields: "throw" }).then(
    () => undefined,
    error => error,
  );
};

describe("isOutcomeUnknown", () => {
  it.each<[string, Fault]>([
    ["the connection breaks before the request takes effect", { cut: "before" }],
    ["the connection breaks in the response", { cut: "during" }],
    ["the connection breaks after the request has taken effect", { cut: "after" }],
    ["the response is cut off", { malformed: true }],
    ["a gateway responds with 502", { status: 502 }],
    ["a gateway responds with 408", { status: 408 }],
    ["a gateway responds with a redirect", { status: 302 }],
    ["the response has no records", { status: 201, body: { data: [] } }],
  ])("isOutcomeUnknown returns true if %s", async (_, fault) => {
    const { client } = createTestClient({ faults: [{ ...fault, on: "api" }] });
    expect(isOutcomeUnknown(await create(client))).toBe(true);
    expect(isOutcomeUnknown(await create(client, 2, 1))).toBe(true);
  });

  it.each<[string, Fault]>([
    ["QBench rejects the request with 400", { status: 400 }],
    ["QBench rejects the request with 403", { status: 403 }],
    ["QBench rejects the request with 429", { status: 429 }],
    ["QBench provides no access token", { on: "token", status: 401 }],
    [
      "QBench wrote the record and ignored a field",
      { status: 201, body: { data: [{ id: 1, customer_account_id: 1, invoicing_notes: null }] } },
    ],
  ])("isOutcomeUnknown returns false if %s", async (_, fault) => {
    const { client } = createTestClient({ faults: [{ on: "api", ...fault }] });
    const error = await create(client);
    expect(error).toBeInstanceOf(Error);
    expect(isOutcomeUnknown(error)).toBe(false);
    expect(isOutcomeUnknown(await create(client, 2, 1))).toBe(false);
  });

  it("isOutcomeUnknown returns false if the input is wrong or no connection was made", async () => {
    const { client, emulator, options } = createTestClient();
    expect(isOutcomeUnknown(await create(client, 0))).toBe(false);
    const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
    const refused = new TypeError("fetch failed", { cause });
    const unreachable = createQBenchClient({
      ...options,
      fetch: request => (request.url.includes("/auth/") ? emulator.fetch(request) : Promise.reject(refused)),
    });
    const error = await create(unreachable);
    expect(error).toBeInstanceOf(QBenchConnectionError);
    expect(isOutcomeUnknown(error)).toBe(false);
  });

  it("isOutcomeUnknown returns true for the reason of a signal and for errors of other code", () => {
    expect(isOutcomeUnknown(AbortSignal.abort().reason)).toBe(true);
    expect(isOutcomeUnknown(new Error("other"))).toBe(true);
    expect(isOutcomeUnknown(undefined)).toBe(true);
  });
});
