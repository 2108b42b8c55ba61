import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measureInTurns } from "../measure/measure-in-turns.ts";
import { runNode } from "../measure/run-node.ts";
import { asMs, atMost, measured, type Row } from "../results/row.ts";
import { startEmulatedTenant } from "../servers/servers.ts";
import type { GroupOptions } from "./group.ts";

const manifest = new URL(import.meta.resolve("@qbench-sdk/cli/package.json"));
const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
const qbench = fileURLToPath(new URL(bin.qbench, manifest));

/** Measures the time from the start of the `qbench` command to its end. */
export async function benchCli({ rounds = 21 }: GroupOptions): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "cli-"));
  const tenant = await startEmulatedTenant({});
  try {
    const { baseUrl, clientId, clientSecret } = tenant.settings;
    const env = {
      ...{ QBENCH_URL: baseUrl, QBENCH_CLIENT_ID: clientId, QBENCH_CLIENT_SECRET: clientSecret },
      ...{ XDG_STATE_HOME: folder, LOCALAPPDATA: folder },
    };
    const wallMs = (...args: string[]) => runNode(args, { env, cwd: folder }).wallMs;
    const times = await measureInTurns(
      {
        node: () => wallMs("--eval", "0"),
        help: () => wallMs(qbench, "--help"),
        // The warm-up round stores the token.
        whoami: () => wallMs(qbench, "whoami"),
      },
      rounds,
    );
    return [
      atMost("qbench --help", times.help, asMs, 120),
      atMost("qbench whoami with a stored token", times.whoami, asMs, 220),
      measured("Node alone", times.node, asMs),
    ];
  } finally {
    tenant.close();
    rmSync(folder, { recursive: true });
  }
}
