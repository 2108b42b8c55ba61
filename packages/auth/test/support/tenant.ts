import { onTestFinished, vi } from "vitest";
import type { AuthOptions, Clock, TokenEvent, TokenSource } from "../../src/index.ts";
import { isBrowser } from "./runtime.ts";

export const SECOND = 1000;
export const MINUTE: number = 60 * SECOND;
export const HOUR: number = 60 * MINUTE;
export const DAY: number = 24 * HOUR;

export const ORIGIN = "https://example.qbench.net";
export const ORDERS = "/qbench/api/v2/orders";
/** Types the calls of openapi-fetch to `ORDERS`. */
export interface OrderPaths {
  [ORDERS]: {
    get: {
      parameters: { query?: { page_size?: number } };
      responses: { 200: { content: { "application/json": unknown } } };
    };
    post: {
      requestBody: { content: { "application/json": unknown } };
      responses: { 200: { content: { "application/json": unknown } } };
    };
  };
}
export const CLIENT_ID = "6f1c9a52-0d7e-4b7a-9a55-1f6f0f3f7c11";
export const CLIENT_SECRET = "sentinel-secret-0123456789abcdef0123456789";
/** The store's key for the identity of `stubTenant`. */
export const STORE_KEY: string = `${ORIGIN}/qbench/api/v2/auth/token ${CLIENT_ID}`;

const credentials = isBrowser ? { assertion: async () => "header.claims.signature" } : { clientSecret: CLIENT_SECRET };

export interface TestClock extends Clock {
  advance(ms: number): void;
}

export function testClock(start: number = Date.UTC(2026, 0, 5, 9)): TestClock {
  let time = start;
  return {
    now: () => time,
    advance(ms) {
      time += ms;
    },
  };
}

export const json = (body: unknown, init?: ResponseInit): Response => Response.json(body, init);

export interface Tenant {
  readonly clock: TestClock;
  readonly options: AuthOptions;
  readonly fetch: (request: Request) => Promise<Response>;
  /** The token requests in order, each with its form. */
  readonly exchanges: { request: Request; form: URLSearchParams }[];
  /** The API requests in order. */
  readonly requests: Request[];
  /** The Authorization header of each API request. */
  readonly bearers: (string | null)[];
  /** Responds to token requests; the default returns a new token that lives an hour. */
  onExchange: (number: number, request: Request) => Response | Promise<Response>;
  /** Responds to API requests; the default returns an empty page. */
  onRequest: (request: Request) => Response | Promise<Response>;
}

/** Creates a tenant whose fetch is a stub. Its n-th exchange returns `token-n`. */
export function stubTenant(overrides: Partial<AuthOptions> = {}): Tenant {
  const clock = testClock();
  const fetch = async (request: Request): Promise<Response> => {
    if (request.method === "POST" && new URL(request.url).pathname.endsWith("/token")) {
      const copy = request.clone();
      const form = new URLSearchParams(await request.text());
      const number = tenant.exchanges.push({ request: copy, form });
      return tenant.onExchange(number, copy);
    }
    tenant.requests.push(request);
    tenant.bearers.push(request.headers.get("Authorization"));
    return tenant.onRequest(request);
  };
  const tenant: Tenant = {
    clock,
    fetch,
    options: { baseUrl: ORIGIN, clientId: CLIENT_ID, ...credentials, clock, fetch, ...overrides },
    exchanges: [],
    requests: [],
    bearers: [],
    onExchange: number => tokenResponse(number),
    onRequest: () => json({ data: [], page_number: 1, total_count: 0, total_pages: 0 }),
  };
  return tenant;
}

export function tokenResponse(number: number, overrides: Record<string, unknown> = {}): Response {
  return json({
    access_token: `token-${number}`,
    token_type: "Bearer",
    expires_in: 3600,
    refresh_token: `refresh-${number}`,
    qb4f8: "1f3a",
    ...overrides,
  });
}

/** Returns the array to which every event of the token source is added from now on. */
export function recordEvents(source: TokenSource): TokenEvent[] {
  const events: TokenEvent[] = [];
  source.on(event => void events.push(event));
  return events;
}

/** Returns a promise with the functions that settle it. */
export function deferred<T>(): { promise: Promise<T>; resolve(value: T): void; reject(reason: unknown): void } {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Returns what a call throws or rejects with. */
export async function thrownBy(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

// Taken before a test can replace it by a fake.
const { setTimeout: realSetTimeout } = globalThis;

/** Waits for the next macrotask, which fake timers do not delay. */
export function nextMacrotask(): Promise<void> {
  // In a page, bodies come from another process. That takes real time.
  return new Promise(resolve => (isBrowser ? realSetTimeout(resolve) : setImmediate(resolve)));
}

/** Waits until the condition holds. Fake timers stand still meanwhile. */
export async function waitFor(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 100_000; i += 1) {
    if (condition()) return;
    await nextMacrotask();
  }
  throw new Error("the condition never held");
}

/** Waits long enough for an exchange to be signed, sent and responded to, so that an unexpected one would show. */
export async function flush(): Promise<void> {
  for (let i = 0; i < 10; i += 1) {
    await crypto.subtle.digest("SHA-256", new Uint8Array(1024));
    await nextMacrotask();
  }
}

/** Fakes timers until the test ends. */
export function installFakeTimers(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
}

/** Advances fake timers, one second at a time, until the condition holds. */
export async function advanceUntil(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 300; i += 1) {
    await flush();
    if (condition()) return;
    await vi.advanceTimersByTimeAsync(SECOND);
  }
  throw new Error("the condition never held");
}

/** Runs work that pauses between its attempts, without the real wait. */
export async function withFakeTimers<T>(run: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    let isDone = false;
    const work = run().finally(() => {
      isDone = true;
    });
    work.catch(() => {});
    await advanceUntil(() => isDone);
    return await work;
  } finally {
    vi.useRealTimers();
  }
}
