/** Runs the tests in Node, Bun or Deno, and prints the outcomes as its last line. */
import { runTests } from "./run-tests.ts";
import { everywhere, overHttp, withInspect, withPorts } from "./test-files.ts";
import { testServerHost } from "./test-server.ts";

testServerHost.url = process.argv[2] ?? "";
const outcomes = await runTests({ ...everywhere, ...withInspect, ...withPorts, ...overHttp });
process.stdout.write(`\n${JSON.stringify(outcomes)}\n`, () => process.exit(0));
