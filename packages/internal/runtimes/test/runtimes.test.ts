import { afterAll, describe, test } from "vitest";
import { bundle } from "../src/bundle.ts";
import { startLabServer } from "../src/lab-server.ts";
import type { Outcome } from "../src/run-tests.ts";
import { installEngines, runtimes } from "../src/runtimes.ts";

installEngines();
const labServer = await startLabServer(await bundle("in-page.ts", "browser"));
afterAll(() => labServer.close());

const found = runtimes.filter(({ name, missing }) => {
  if (missing === undefined || process.env.CI) return true;
  console.log(`Skipped: ${name}: ${missing}.`);
  test.skip(name);
  return false;
});

const outcomes = new Map<string, Outcome[]>();
const waiting = found.values();

async function runInTurn(): Promise<void> {
  for (const { name, run } of waiting) {
    const ran = await run(labServer.url).catch(error => [{ title: "runs the tests", error: String(error) }]);
    outcomes.set(name, ran);
  }
}

// Two at a time, as each waits for half of its time.
await Promise.all([runInTurn(), runInTurn()]);

describe.each(found)("$name", ({ name }) => {
  test.each(outcomes.get(name) ?? [])("$title", ({ error }) => {
    if (error !== undefined) throw new Error(error);
  });
});
