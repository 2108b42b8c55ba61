import { createAuthMiddleware, createTokenSource, ReplayableRequest } from "@qbench-sdk/auth";
import createClient from "openapi-fetch";
import type { Paths } from "./callers.ts";
import { atMost, percentile, type Row } from "./row.ts";
import { startTenant } from "./tenant.ts";

/** Long enough for at least one second without a renewal between two renewals. */
const TOKEN_SECONDS = 10;
const RENEWALS = 8;
const CONCURRENT_CALLS = 4;

/** Measures the effect of a renewal on callers: the latency in the second of the renewal and in the second before. */
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
      // Keeps a steady rate that does not use all of the machine.
      await new Promise(resolve => setTimeout(resolve, 2));
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT_CALLS }, call));
  await tenant.close();

  // The first renewal is the exchange for the first call, so it is left out.
  const between = (from: number, to: number) =>
    renewals
      .slice(1)
      .flatMap(at => calls.filter(call => call.at >= at + from && call.at < at + to).map(call => call.tookMs));
  const before = percentile(between(-1000, 0), 0.99);
  const during = percentile(between(0, 1000), 0.99);
  return [
    { what: "p99 of GET over loopback in the second before a renewal", result: `${before.toFixed(2)} ms` },
    { what: "p99 in the second of the renewal", result: `${during.toFixed(2)} ms` },
    atMost("p99 in the second of the renewal relative to the second before", during / before, 1.1),
  ];
}
