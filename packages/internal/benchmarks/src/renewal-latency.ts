import { createAuthMiddleware, createTokenSource, ReplayableRequest } from "@qbench-sdk/auth";
import createClient from "openapi-fetch";
import type { Paths } from "./callers.ts";
import { atMost, percentile, type Row } from "./row.ts";
import { startTenant } from "./tenant.ts";

/** Long enough for a quiet second between two renewals. */
const TOKEN_SECONDS = 10;
const RENEWALS = 8;
const CALLS_AT_ONCE = 4;

/** What callers feel of a renewal: latency in the second in which a token is renewed, and in the second before. */
export async function benchRenewalLatency(): Promise<Row[]> {
  const tenant = await startTenant(TOKEN_SECONDS);
  const source = createTokenSource({ baseUrl: tenant.url, clientId: "client", clientSecret: "x".repeat(64) });
  const client = createClient<Paths>({ baseUrl: tenant.url, Request: ReplayableRequest, redirect: "manual" });
  client.use(createAuthMiddleware(source));

  const renewals: number[] = [];
  source.on(event => {
    if (event.type === "exchange-started") renewals.push(performance.now());
  });
  const calls: { at: number; tookMs: number }[] = [];
  async function call(): Promise<void> {
    while (renewals.length <= RENEWALS || performance.now() < (renewals.at(-1) ?? 0) + 1000) {
      const at = performance.now();
      await client.GET("/orders");
      calls.push({ at, tookMs: performance.now() - at });
      // At a steady rate that leaves the machine some rest.
      await new Promise(resolve => setTimeout(resolve, 2));
    }
  }
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, call));
  await tenant.close();

  // The first is that of the first call.
  const between = (from: number, to: number) =>
    renewals
      .slice(1)
      .flatMap(at => calls.filter(call => call.at >= at + from && call.at < at + to).map(call => call.tookMs));
  const before = percentile(between(-1000, 0), 0.99);
  const during = percentile(between(0, 1000), 0.99);
  return [
    { what: "p99 of GET over loopback in the second before a renewal", result: `${before.toFixed(2)} ms` },
    { what: "p99 in the second of the renewal", result: `${during.toFixed(2)} ms` },
    atMost("p99 in the second of the renewal over the second before", during / before, 1.1),
  ];
}
