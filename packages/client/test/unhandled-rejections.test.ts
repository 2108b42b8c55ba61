import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestClient } from "./support/laboratory.js";
import { nextMacrotask } from "./support/runtime.js";

const { client } = createTestClient();
const reported: unknown[] = [];
const report = (reason: unknown): void => {
  reported.push(reason);
};
let listeners: NodeJS.UnhandledRejectionListener[] = [];

beforeEach(() => {
  // Vitest would report these rejections as errors of the test run.
  listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", report);
  reported.length = 0;
});

afterEach(() => {
  process.off("unhandledRejection", report);
  for (const listener of listeners) process.on("unhandledRejection", listener);
});

/** Waits until a call that fails has failed, and unhandled rejections are reported. */
async function settle(): Promise<void> {
  await client.orders.get(998).catch(() => undefined);
  for (let turn = 0; turn < 5; turn++) await nextMacrotask();
}

test("a failed call without a handler is reported once", async () => {
  void client.orders.get(999);
  await settle();
  expect(reported).toMatchObject([{ name: "QBenchApiError", status: 404 }]);
});

test("a failed write without a handler is reported once", async () => {
  void client.orders.create([]);
  await settle();
  expect(reported).toMatchObject([{ name: "QBenchInputError" }]);
});

test("a failed withResponse without a handler is reported once", async () => {
  void client.orders.get(999).withResponse();
  await settle();
  expect(reported).toHaveLength(1);
});

test("a failed list call without a handler is reported once for each promise that was made of it", async () => {
  client.orders.list({ page_size: 0 });
  await settle();
  expect(reported).toEqual([]);
  void client.orders.list({ page_size: 0 }).withResponse();
  await settle();
  expect(reported).toHaveLength(1);
  void client.orders.list({ page_size: 0 }).then(page => page);
  await settle();
  expect(reported).toHaveLength(2);
});

test("a failed call whose error is handled is not reported", async () => {
  await client.orders.get(999).catch(() => undefined);
  await client.orders.get(999).then(undefined, () => undefined);
  const call = client.orders.get(999);
  await expect(call.withResponse()).rejects.toThrow("404");
  await expect(client.orders.list({ page_size: 0 }).withResponse()).rejects.toThrow("400");
  await expect(client.orders.list({ page_size: 0 })).rejects.toThrow("400");
  await settle();
  expect(reported).toEqual([]);
});
