import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTokenSource } from "@qbench-sdk/auth";
import { measureInTurns, ratios } from "../measure/measure-in-turns.ts";
import { runNode } from "../measure/run-node.ts";
import { asMs, asRatio, atMost, measured, type Row } from "../results/row.ts";
import { startEmulatedTenant } from "../servers/servers.ts";
import type { GroupOptions } from "./group.ts";

/** Measures the processor time of programs that start, make one call over loopback and exit. */
export async function benchColdStart({ rounds = 21 }: GroupOptions): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "cold-start-"));
  const tenant = await startEmulatedTenant({});
  try {
    const { baseUrl, clientId, clientSecret } = tenant.settings;
    const env = { QBENCH_URL: baseUrl, QBENCH_CLIENT_ID: clientId, QBENCH_CLIENT_SECRET: clientSecret };
    const clientFile = join(folder, "client.json");
    const handFile = join(folder, "by-hand.json");
    const access_token = await createTokenSource(tenant.settings).getToken();
    writeFileSync(handFile, JSON.stringify({ access_token, expires_at: Date.now() + 3_600_000 }));
    const cpuMs = (name: string, file = "") =>
      runNode([fileURLToPath(new URL(`../programs/${name}.mjs`, import.meta.url))], {
        env: { ...env, TOKEN_FILE: file },
      }).cpuMs;

    const times = await measureInTurns(
      {
        client: () => cpuMs("cold-start-client"),
        byHand: () => cpuMs("cold-start-by-hand"),
        // The warm-up round stores the token.
        clientStored: () => cpuMs("cold-start-client-stored", clientFile),
        byHandStored: () => cpuMs("cold-start-by-hand-stored", handFile),
        node: () => runNode(["--eval", "0"]).cpuMs,
      },
      rounds,
    );
    const what = "cold start to first response, CPU:";
    const exchange = "openapi-fetch + hand-written HMAC";
    return [
      atMost(`${what} client / ${exchange}`, ratios(times.client, times.byHand), asRatio, 1.45),
      atMost(
        `${what} client with a stored token / openapi-fetch + token from a JSON file`,
        ratios(times.clientStored, times.byHandStored),
        asRatio,
        1.25,
      ),
      measured(`${what} client`, times.client, asMs),
      measured(`${what} ${exchange}`, times.byHand, asMs),
      measured(`${what} client with a stored token`, times.clientStored, asMs),
      measured(`${what} openapi-fetch + token from a JSON file`, times.byHandStored, asMs),
      measured(`${what} Node alone`, times.node, asMs),
    ];
  } finally {
    tenant.close();
    rmSync(folder, { recursive: true });
  }
}
