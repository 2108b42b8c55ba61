import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as sdk from "@qbench-sdk/client";
import { startEmulator } from "@qbench-sdk/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { compile } from "./support/compile.ts";

const run = promisify(execFile);
const page = await readFile(join(import.meta.dirname, "../../../docs/moving-from-v1.md"), "utf8");
const programs = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, program = ""]) => program);

/** An expression of the page with the SDK, and the operation beside it in the table. */
interface Call {
  expression: string;
  operation: string | undefined;
}

const calls = page
  .replaceAll(/```[\s\S]*?```/g, "")
  .split("\n")
  .flatMap((line): Call[] => {
    const codes = [...line.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
    // The first one in a row is of v1.
    const operation = line.split(" | ")[1]?.match(/^`((?:GET|POST|PATCH|DELETE) \/[^`]*)`/)?.[1];
    return codes.flatMap(expression => {
      const name = /^(\w+)[.(]/.exec(expression)?.[1] ?? "";
      return name === "client" || name in sdk ? [{ expression, operation }] : [];
    });
  });

/** Returns a program that evaluates each expression, and prints the requests of each. */
const programOf = (expressions: readonly string[]): string => `
import * as sdk from "@qbench-sdk/client";

const { ${[...new Set(expressions.map(expression => expression.replace(/\W.*/s, "")))].filter(name => name in sdk).join(", ")} } = sdk;
let requests: string[] = [];
const client = createQBenchClient({
  onIgnoredFields: "throw",
  fetch(request) {
    const { method, url } = request;
    requests.push(\`\${method} \${new URL(url).pathname.replace("/qbench/api/v2", "")}\`);
    return fetch(request);
  },
});
const calls: Record<string, () => unknown> = {
${expressions.map(expression => `${JSON.stringify(expression)}: () => ${expression},`).join("\n")}
};
const sent: Record<string, string[]> = {};
for (const [expression, call] of Object.entries(calls)) {
  requests = sent[expression] = [];
  await call();
}
console.log(JSON.stringify(sent));
`;

/** Runs a program with the settings of an emulator, and returns what it prints. */
async function runWithEmulator(file: string): Promise<string> {
  const emulator = await startEmulator({ rendering: { pendingReads: 0 } });
  onTestFinished(() => emulator.close());
  const [client] = emulator.clients.list();
  const settings = { QBENCH_URL: emulator.url, QBENCH_CLIENT_ID: client?.id, QBENCH_CLIENT_SECRET: client?.secret };
  const { stdout, stderr } = await run(process.execPath, [file], { env: { ...process.env, ...settings } });
  expect(stderr).toBe("");
  return stdout;
}

describe("the page about moving from v1", () => {
  it("Each SDK call compiles, succeeds on the emulator, and sends the operation beside it", async () => {
    expect(calls.filter(({ operation }) => operation).length).toBeGreaterThan(60);
    const folder = await compile([programOf([...new Set(calls.map(({ expression }) => expression))])]);
    const sent: Record<string, string[]> = JSON.parse(await runWithEmulator(join(folder, "example-0.ts")));
    const other = calls.filter(({ expression, operation }) => {
      const path = new RegExp(`^${operation?.replaceAll(/\{\w+\}/g, "\\w+")}$`);
      return operation !== undefined && !sent[expression]?.some(request => path.test(request));
    });
    expect(other).toEqual([]);
  });

  it("Each example compiles and runs on the emulator", async () => {
    expect(programs).toHaveLength(7);
    const folder = await compile(programs);
    const printed = await Promise.all(programs.map((_, index) => runWithEmulator(join(folder, `example-${index}.ts`))));
    expect(printed.filter(text => text === "")).toEqual([]);
  });
});
