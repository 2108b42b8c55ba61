import { setTimeout } from "node:timers/promises";
import { createQBenchClient } from "@qbench-sdk/client";
import type { paths } from "@qbench-sdk/types";
import createClient, { type Middleware } from "openapi-fetch";
import { CONTACTS } from "../callers/read-in-loop.ts";
import { asCount, type Row } from "../results/row.ts";
import { startTenant } from "../servers/servers.ts";

const TOKEN_SECONDS = 3600;
const TOKEN_DELAY_MS = 300;
const RENEWALS = 1000;
/** The peer only shows that waiting calls are counted. */
const PEER_RENEWALS = 100;
const CLIENTS = 25;
/** The time between two calls. */
const CALL_EVERY_MS = 20;
/**
 * The clock is faked while no renewal is in flight, so that an hour passes in half a second. The first step leads to
 * the last minutes of a token's life. Each other step makes two calls seem 10 s apart.
 */
const LAST_MINUTES_MS = 310_000;
const CLOCK_STEP_MS = 10_000;

type Fetch = (request: Request, init?: RequestInit) => Promise<Response>;
/** Creates a function that makes one call. It uses the given fetch for all requests, and the clock for expiry. */
type CreateCall = (baseUrl: string, fetch: Fetch, clock: { now(): number }) => () => Promise<unknown>;

interface Count {
  renewals: number;
  /** Calls that started or ended while a token was requested. */
  duringRenewal: number;
  /** Calls whose own request was sent only after a token request that was in flight had ended. */
  waited: number;
}

/** Counts the calls that a renewal delays, if the token endpoint is slow. */
export async function benchRenewals(): Promise<Row[]> {
  const tenant = await startTenant({ tokenSeconds: TOKEN_SECONDS, tokenDelayMs: TOKEN_DELAY_MS });
  try {
    const ours = await countWaiting(tenant.url, callWithClient, RENEWALS);
    const naive = await countWaiting(tenant.url, callWithNaiveMiddleware, PEER_RENEWALS);
    const what = (count: Count) =>
      `calls that wait for a renewal of ${TOKEN_DELAY_MS} ms, in ${asCount(count.renewals)} renewals:`;
    return [
      { what: `${what(ours)} client`, result: asCount(ours.waited), goal: "0", isMet: ours.waited === 0 },
      { what: `${what(naive)} middleware that renews expired tokens`, result: asCount(naive.waited) },
      { what: "calls of the client during these renewals", result: asCount(ours.duringRenewal) },
    ];
  } finally {
    tenant.close();
  }
}

const callWithClient: CreateCall = (baseUrl, fetch, clock) => {
  const settings = { baseUrl, clientId: "client", clientSecret: "x".repeat(64), fetch, clock, limits: false } as const;
  const client = createQBenchClient(settings);
  return () => client.GET(CONTACTS);
};

/** Requests a token when the last one has expired, as a middleware without a background renewal does. */
const callWithNaiveMiddleware: CreateCall = (baseUrl, fetch, clock) => {
  let token = { value: "", expiresAt: 0 };
  const middleware: Middleware = {
    async onRequest({ request }) {
      if (clock.now() >= token.expiresAt) {
        const response = await fetch(new Request(`${baseUrl}/qbench/api/v2/auth/token`, { method: "POST" }));
        const { access_token, expires_in } = await response.json();
        token = { value: access_token, expiresAt: clock.now() + expires_in * 1000 };
      }
      request.headers.set("Authorization", `Bearer ${token.value}`);
      return request;
    },
  };
  const client = createClient<paths>({ baseUrl, fetch });
  client.use(middleware);
  return () => client.GET(CONTACTS);
};

/** Makes calls with several clients, until there were enough renewals. */
async function countWaiting(baseUrl: string, create: CreateCall, renewals: number): Promise<Count> {
  const counts = await Promise.all(
    Array.from({ length: CLIENTS }, () => countOfClient(baseUrl, create, renewals / CLIENTS)),
  );
  const sum = (key: keyof Count) => counts.reduce((total, count) => total + count[key], 0);
  return { renewals: sum("renewals"), duringRenewal: sum("duringRenewal"), waited: sum("waited") };
}

async function countOfClient(baseUrl: string, create: CreateCall, renewals: number): Promise<Count> {
  const count: Count = { renewals: 0, duringRenewal: 0, waited: 0 };
  let skippedMs = 0;
  let inFlight = 0;
  let ended = 0;
  /** How many token requests had ended when the call's own request was sent. */
  let endedWhenSent = 0;
  const call = create(
    baseUrl,
    async (request, init) => {
      if (!request.url.endsWith("/token")) {
        endedWhenSent = ended;
        return fetch(request, init);
      }
      inFlight++;
      const response = await fetch(request, init);
      const text = await response.text();
      inFlight--;
      ended++;
      return new Response(text, response);
    },
    { now: () => Date.now() + skippedMs },
  );

  // The first token is not a renewal, and its call has to wait.
  await call();
  const first = ended;
  let skippedFor = 0;
  while (ended - first < renewals) {
    await setTimeout(CALL_EVERY_MS);
    const endedBefore = ended;
    if (skippedFor < ended) {
      skippedMs += TOKEN_SECONDS * 1000 - LAST_MINUTES_MS;
      skippedFor = ended;
    } else if (inFlight === 0) skippedMs += CLOCK_STEP_MS;
    await call();
    // Without a wait, only microtasks run between the start of a call and its request, so no token request can end.
    if (endedWhenSent > endedBefore) count.waited++;
    if (inFlight > 0 || ended > endedBefore) count.duringRenewal++;
    // The client has the new token only after the response, and it must not be affected by the skipped time.
    if (ended > endedBefore) await call();
  }
  return { ...count, renewals: ended - first };
}
