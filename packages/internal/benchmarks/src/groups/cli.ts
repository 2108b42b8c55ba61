import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { measureInTurns, ratios } from "../measure/measure-in-turns.ts";
import { runNode } from "../measure/run-node.ts";
import { asMs, asRatio, atMost, measured, type Row } from "../results/row.ts";
import { startEmulatedTenant } from "../servers/servers.ts";
import type { GroupOptions } from "./group.ts";

const manifest = new URL(import.meta.resolve("@qbench-sdk/cli/package.json"));
const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
const qbench = fileURLToPath(new URL(bin.qbench, manifest));

/** Returns the JavaScript file of the installed npm, so that the same Node runs both commands. */
function findNpm(): string {
  const folders = process.env.PATH?.split(delimiter) ?? [];
  const npm = folders.map(folder => join(folder, "npm")).find(existsSync);
  if (npm === undefined) throw new Error("npm is not on the PATH.");
  return realpathSync(npm);
}

/** Measures the time from the start of the `qbench` command to its end. */
export async function benchCli({ rounds = 21 }: GroupOptions): Promise<Row[]> {
  const npm = findNpm();
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
        npm: () => wallMs(npm, "view", "--help"),
      },
      rounds,
    );
    const whoami = "qbench whoami with a stored token";
    return [
      // 120 ms and 220 ms on a machine on which Node alone takes 34 ms.
      atMost("qbench --help / Node alone", ratios(times.help, times.node), asRatio, 3.5),
      atMost(`${whoami} / Node alone`, ratios(times.whoami, times.node), asRatio, 6.5),
      measured("qbench --help / npm view --help", ratios(times.help, times.npm), asRatio),
      measured("qbench --help", times.help, asMs),
      measured(whoami, times.whoami, asMs),
      measured("npm view --help", times.npm, asMs),
      measured("Node alone", times.node, asMs),
    ];
  } finally {
    tenant.close();
    rmSync(folder, { recursive: true });
  }
}
