import { fork } from "node:child_process";
import { once } from "node:events";
import { createTokenSource } from "@qbench-sdk/auth";
import { noLimits, startEmulatedTenant } from "./emulated-tenant.ts";
import type { Row } from "./row.ts";

const ROWS = 1_000_000;

/** Measures the peak memory while a program reads a million rows, one after the other. */
export async function benchReadMemory(): Promise<Row[]> {
  const tenant = await startEmulatedTenant({ limits: noLimits, records: { contacts: ROWS } });
  try {
    const [identity] = tenant.clients;
    const settings = { baseUrl: tenant.url, clientId: identity?.id ?? "", clientSecret: identity?.secret ?? "" };
    const token = await createTokenSource(settings).getToken();
    const ours = await read(settings);
    const bare = await read({ ...settings, token });
    const small = await read(settings, ["--max-semi-space-size=4"]);
    const what = "1,000,000 rows, no latency, limits off:";
    const peak = `${what} peak memory above idle`;
    return [
      { what: `${what} time`, result: `${(ours.ms / 1000).toFixed(1)} s` },
      {
        what: `${peak}, @qbench-sdk/client`,
        result: `${ours.aboveIdle} MB`,
        goal: "≤ 80 MB",
        isMet: ours.aboveIdle <= 80,
      },
      {
        what: `${peak}, a loop of 10 concurrent requests with bare fetch that keeps no rows`,
        result: `${bare.aboveIdle} MB`,
      },
      { what: `${peak}, @qbench-sdk/client with --max-semi-space-size=4`, result: `${small.aboveIdle} MB` },
    ];
  } finally {
    tenant.close();
  }
}

async function read(settings: object, flags: string[] = []): Promise<{ ms: number; aboveIdle: number }> {
  const reader = fork(new URL("read-million.ts", import.meta.url), [JSON.stringify(settings)], {
    execArgv: ["--expose-gc", ...flags],
  });
  const [{ rows, ms, idle, peak }] = await once(reader, "message");
  if (rows !== ROWS) throw new Error(`Only ${rows} of ${ROWS} rows were read`);
  return { ms, aboveIdle: Math.round((peak - idle) / 1e6) };
}
