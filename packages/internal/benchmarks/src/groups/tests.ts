import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { asSeconds, type Row } from "../results/row.ts";

const repository = fileURLToPath(new URL("../../../../../", import.meta.url));
const MAX_MS = 130_000;

/** Measures `npm test` as in a fresh clone. It takes minutes, so it runs once and has no spread. */
export async function benchTests(): Promise<Row[]> {
  const begin = performance.now();
  // What `npm test` runs after the installation. CI would make it run the tests that download runtimes.
  const { CI: _, ...env } = process.env;
  const args = ["scripts/verify.ts", "--", "--force"];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: repository, env, encoding: "utf8" });
  const ms = performance.now() - begin;
  if (status !== 0) throw new Error(`npm test failed:\n${stdout.slice(-2000)}`);
  return [
    {
      what: `npm test without a cache on ${availableParallelism()} cores`,
      result: asSeconds(ms),
      goal: `≤ ${MAX_MS / 1000} s`,
      isMet: ms <= MAX_MS,
    },
  ];
}
