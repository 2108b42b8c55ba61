import { vi } from "vitest";
import type { AuthOptions, Clock } from "../../src/index.ts";
import { isBrowser } from "./runtime.ts";

export const ORIGIN = "https://example.qbench.net";
export const ORDERS = "/qbench/api/v2/orders";
export const CLIENT_ID = "6f1c9a52-0d7e-4b7a-9a55-1f6f0f3f7c11";
export const CLIENT_SECRET = "sentinel-secret-0123456789abcdef0123456789";

const credentials = isBrowser ? { assertion: async () => "header.claims.signature" } : { clientSecret: CLIENT_SECRET };

export interface TestClock extends Clock {
  pass(ms: number): void;
}

export function testClock(start: number = Date.UTC(2026, 0, 5, 9)): TestClock {
  let time = start;
  return {
    now: () => time,
    pass(ms) {
      time += ms;
    },
  };
}

export const json = (body: unknown, init?: ResponseInit): Response => Response.json(body, init);

export interface Tenant {
  readonly clock: TestClock;
  readonly options: AuthOptions;
  readonly fetch: (request: Request) => Promise<Response>;
  /** The token requests, in order, each with its form. */
  readonly exchanges: { request: Request; form: URLSearchParams }[];
  /** The API requests as they arrived, in order. */
  readonly calls: Request[];
  readonly bearers: (string | null)[];
  /** Answers the next token requests; the default is a new token of an hour. */
  onExchange: (number: number, request: Request) => Response | Promise<Response>;
  /** Answers API requests; the default is an empty page. */
  onCall: (request: Request) => Response | Promise<Response>;
}

/** A tenant behind a stubbed fetch: its n-th exchange gives `token-n`. */
export function stubTenant(overrides: Partial<AuthOptions> = {}): Tenant {
  const clock = testClock();
  const fetch = async (request: Request): Promise<Response> => {
    if (request.method === "POST" && new URL(request.url).pathname.endsWith("/token")) {
      const copy = request.clone();
      const form = new URLSearchParams(await request.text());
      const number = tenant.exchanges.push({ request: copy, form });
      return tenant.onExchange(number, copy);
    }
    tenant.calls.push(request);
    tenant.bearers.push(request.headers.get("Authorization"));
    return tenant.onCall(request);
  };
  const tenant: Tenant = {
    clock,
    fetch,
    options: { baseUrl: ORIGIN, clientId: CLIENT_ID, ...credentials, clock, fetch, ...overrides },
    exchanges: [],
    calls: [],
    bearers: [],
    onExchange: number => tokenAnswer(number),
    onCall: () => json({ data: [], page_number: 1, total_count: 0, total_pages: 0 }),
  };
  return tenant;
}

export function tokenAnswer(number: number, overrides: Record<string, unknown> = {}): Response {
  return json({
    access_token: `token-${number}`,
    token_type: "Bearer",
    expires_in: 3600,
    refresh_token: `refresh-${number}`,
    qb4f8: "1f3a",
    ...overrides,
  });
}

/** A promise and the means to settle it. */
export function deferred<T>(): { promise: Promise<T>; resolve(value: T): void; reject(reason: unknown): void } {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

// As it is before a test puts a fake in its place.
const { setTimeout: realSetTimeout } = globalThis;

/** Lets everything that is due happen: a macrotask that no fake timer holds back. */
export function turn(): Promise<void> {
  // In a page bodies come from another process, which takes a real moment.
  return new Promise(resolve => (isBrowser ? realSetTimeout(resolve) : setImmediate(resolve)));
}

/** Waits until something has come to pass, on the real clock's side: fake timers stand still meanwhile. */
export async function until(hasHappened: () => boolean): Promise<void> {
  for (let i = 0; i < 100_000; i += 1) {
    if (hasHappened()) return;
    await turn();
  }
  throw new Error("it has not happened");
}

/** Gives an exchange that should not be there the time to show: to sign, to send and to be answered. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 10; i += 1) {
    await crypto.subtle.digest("SHA-256", new Uint8Array(1024));
    await turn();
  }
}

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** What a call throws. */
export async function thrownBy(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

/** Lets fake timers pass, a second at a time, until something has come to pass. */
export async function ripen(hasHappened: () => boolean): Promise<void> {
  for (let i = 0; i < 300; i += 1) {
    await settle();
    if (hasHappened()) return;
    await vi.advanceTimersByTimeAsync(1000);
  }
  throw new Error("it has not happened");
}

/** Runs something that pauses between its attempts, without the wait. */
export async function hurried<T>(run: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    let isDone = false;
    const work = run().finally(() => {
      isDone = true;
    });
    work.catch(() => {});
    await ripen(() => isDone);
    return await work;
  } finally {
    vi.useRealTimers();
  }
}
