import { afterAll, describe, test } from "vitest";
import { bundle } from "../src/bundle.ts";
import type { Outcome } from "../src/run-tests.ts";
import { runtimes } from "../src/runtimes.ts";
import { startTestServerHost } from "../src/test-server-host.ts";

const testServerHost = await startTestServerHost(await bundle("in-page.ts", "browser"));
afterAll(() => testServerHost.close());

const installed = runtimes.filter(({ name, missing }) => {
  if (missing === undefined || process.env.CI) return true;
  console.log(`Skipped ${name}: ${missing}.`);
  test.skip(`runs the tests in ${name}`);
  return false;
});

const outcomes = new Map<string, Outcome[]>();
const queue = installed.values();

async function runFromQueue(): Promise<void> {
  for (const { name, run } of queue) {
    const result = await run(testServerHost.url).catch(error => [{ title: "runs the tests", error: String(error) }]);
    outcomes.set(name, result);
  }
}

// Two at a time, because each spends half of its time waiting.
await Promise.all([runFromQueue(), runFromQueue()]);

describe.each(installed)("$name", ({ name }) => {
  test.each(outcomes.get(name) ?? [])("$title", ({ error }) => {
    if (error !== undefined) throw new Error(error);
  });
});
