import { afterAll, describe, test } from "vitest";
import { bundle } from "../src/bundle.ts";
import { startLabServer } from "../src/lab-server.ts";
import { installEngines, runtimes } from "../src/runtimes.ts";

installEngines();
const labServer = await startLabServer(await bundle("in-page.ts", "browser"));
afterAll(() => labServer.close());

for (const runtime of runtimes) {
  if (runtime.missing !== undefined && !process.env.CI) {
    console.log(`Skipped: ${runtime.name}: ${runtime.missing}.`);
    test.skip(runtime.name);
    continue;
  }
  const outcomes = await runtime.run(labServer.url);
  describe(runtime.name, () => {
    test.each(outcomes)("$title", ({ error }) => {
      if (error !== undefined) throw new Error(error);
    });
  });
}
