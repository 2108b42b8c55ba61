/** Runs the tests in Node, Bun or Deno, and prints what became of them as its last line. */
import { labServer } from "./lab.ts";
import { runTests } from "./run-tests.ts";
import { everywhere, withInspect, withPorts } from "./test-files.ts";

labServer.url = process.argv[2] ?? "";
const outcomes = await runTests({ ...everywhere, ...withInspect, ...withPorts });
process.stdout.write(`\n${JSON.stringify(outcomes)}\n`, () => process.exit(0));
