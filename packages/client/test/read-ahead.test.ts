import { expect, test } from "vitest";
import { readAhead } from "../src/lists/read-ahead.ts";

/** Creates requests that the test settles by their number. */
function createRequests() {
  const resolvers: ((number: number) => void)[] = [];
  const rejecters: ((error: unknown) => void)[] = [];
  const pending = new Set<number>();
  let maxPending = 0;
  return {
    start(): Promise<number> {
      const number = resolvers.length;
      pending.add(number);
      maxPending = Math.max(maxPending, pending.size);
      return new Promise((resolve, reject) => {
        resolvers.push(resolve);
        rejecters.push(reject);
      });
    },
    resolve(number: number): void {
      pending.delete(number);
      resolvers[number]?.(number);
    },
    reject: (number: number): void => rejecters[number]?.(new Error(`${number} failed`)),
    get started() {
      return resolvers.length;
    },
    get maxPending() {
      return maxPending;
    },
  };
}

const nextMacrotask = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test("readAhead keeps ten requests in flight and the results in order while one request is slow", async () => {
  const requests = createRequests();
  const results = readAhead(() => requests.start());
  for (let number = 0; number < 10; number++) {
    const next = results.next();
    requests.resolve(number);
    expect(await next).toEqual({ value: number, done: false });
  }
  const slow = results.next();
  await nextMacrotask();
  for (let number = 11; number < 40 && number < requests.started; number++) {
    requests.resolve(number);
    await nextMacrotask();
  }
  expect(requests.started).toBe(30);
  expect(requests.maxPending).toBe(10);
  requests.resolve(10);
  expect(await slow).toEqual({ value: 10, done: false });
  expect(await results.next()).toEqual({ value: 11, done: false });
});

test("readAhead starts only ten requests until the first result was taken, although others have finished", async () => {
  const requests = createRequests();
  const first = readAhead(() => requests.start()).next();
  for (let number = 1; number < 10; number++) requests.resolve(number);
  await nextMacrotask();
  expect(requests.started).toBe(10);
  requests.resolve(0);
  expect(await first).toEqual({ value: 0, done: false });
  await nextMacrotask();
  expect(requests.started).toBe(10);
});

test("readAhead starts no request after a failure, and throws that error after the results before it", async () => {
  const requests = createRequests();
  const results = readAhead(() => requests.start());
  const first = results.next();
  requests.reject(1);
  requests.resolve(2);
  await nextMacrotask();
  requests.resolve(0);
  expect(await first).toEqual({ value: 0, done: false });
  await expect(results.next()).rejects.toThrow("1 failed");
  expect(requests.started).toBe(10);
});
