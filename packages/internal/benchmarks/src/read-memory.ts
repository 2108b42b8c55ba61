import { fork } from "node:child_process";
import { once } from "node:events";
import { createTokenSource } from "@qbench-sdk/auth";
import { noLimits, startEmulatedTenant } from "./emulated-tenant.ts";
import type { Row } from "./row.ts";

const ROWS = 1_000_000;

/** How much memory it takes to read a million rows, one after another. */
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
    const most = `${what} most memory above when idle`;
    return [
      { what: `${what} time`, result: `${(ours.ms / 1000).toFixed(1)} s` },
      { what: `${most}, @qbench-sdk/client`, result: `${ours.above} MB`, goal: "≤ 80 MB", isMet: ours.above <= 80 },
      { what: `${most}, a loop of 10 with bare fetch that keeps nothing`, result: `${bare.above} MB` },
      { what: `${most}, @qbench-sdk/client with --max-semi-space-size=4`, result: `${small.above} MB` },
    ];
  } finally {
    tenant.close();
  }
}

async function read(settings: object, flags: string[] = []): Promise<{ ms: number; above: number }> {
  const reader = fork(new URL("read-million.ts", import.meta.url), [JSON.stringify(settings)], {
    execArgv: ["--expose-gc", ...flags],
  });
  const [{ rows, ms, idle, most }] = await once(reader, "message");
  if (rows !== ROWS) throw new Error(`${rows} of ${ROWS} rows were read`);
  return { ms, above: Math.round((most - idle) / 1e6) };
}
