/** Runs the tests in a page of a browser, which asks for them by the one function it is given. */
import "./set-immediate.ts";
import { labServer } from "./lab.ts";
import { type Outcome, runTests } from "./run-tests.ts";
import { everywhere } from "./test-files.ts";

declare global {
  var runSuite: () => Promise<Outcome[]>;
}

labServer.url = location.origin;
globalThis.runSuite = () => runTests(everywhere);
