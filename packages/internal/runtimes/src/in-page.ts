/** Defines `runSuite`, which runs the tests in a page of a browser. The driver calls it. */
import "./set-immediate.ts";
import { type Outcome, runTests } from "./run-tests.ts";
import { everywhere, overHttp } from "./test-files.ts";
import { testServerHost } from "./test-server.ts";

declare global {
  var runSuite: () => Promise<Outcome[]>;
}

testServerHost.url = location.origin;
globalThis.runSuite = () => runTests({ ...everywhere, ...overHttp });
