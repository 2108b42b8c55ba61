/**
 * Runs the tests as one test of Jest or of vitest. These load modules into a realm of their own, whereas fetch, its
 * responses and its errors are of Node's realm. The outcomes are written to a file.
 */
import { writeFile } from "node:fs/promises";
import { runTests } from "./run-tests.ts";
import { everywhere, overHttp, withInspect, withPorts } from "./test-files.ts";
import { testServerHost } from "./test-server.ts";

declare const test: (title: string, run: () => Promise<void>, timeoutMs: number) => void;

const { HOST_URL = "", OUTCOMES = "" } = process.env;

test("runs the tests", async () => {
  testServerHost.url = HOST_URL;
  const outcomes = await runTests({ ...everywhere, ...withInspect, ...withPorts, ...overHttp });
  await writeFile(OUTCOMES, JSON.stringify(outcomes));
}, 300_000);
