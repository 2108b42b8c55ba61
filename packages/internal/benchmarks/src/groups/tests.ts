import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { runQuietly } from "@qbench-sdk/scripts/run-program";
import { asSeconds, type Row } from "../results/row.ts";

const repository = fileURLToPath(new URL("../../../../../", import.meta.url));
const MAX_MS = 130_000;

/** Measures `npm test` as in a fresh clone. It takes minutes, so it runs once and has no spread. */
export async function benchTests(): Promise<Row[]> {
  // In CI, it would also run the tests that download runtimes.
  const { CI: _, ...env } = process.env;
  const begin = performance.now();
  // What `npm test` runs after the installation.
  await runQuietly(process.execPath, ["scripts/verify.ts", "--", "--force"], { cwd: repository, env });
  const ms = performance.now() - begin;
  return [
    {
      what: `npm test without a cache on ${availableParallelism()} cores`,
      result: asSeconds(ms),
      goal: `≤ ${MAX_MS / 1000} s`,
      isMet: ms <= MAX_MS,
    },
  ];
}
