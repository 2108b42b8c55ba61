import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEmulator } from "@qbench-sdk/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { compile, usualOptions } from "./support/compile.ts";

const run = promisify(execFile);
const repository = join(import.meta.dirname, "../../..");

async function examplesOf(readme: string): Promise<string[]> {
  const text = await readFile(join(repository, readme), "utf8");
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code);
}

describe("README examples", () => {
  it("the first example has at most 20 lines, compiles and runs", async () => {
    const [example = ""] = await examplesOf("README.md");
    expect(example.trim().split("\n").length).toBeLessThanOrEqual(20);
    const folder = await compile([example]);
    const emulator = await startEmulator();
    onTestFinished(() => emulator.close());
    const [client] = emulator.clients.list();
    const { stdout, stderr } = await run(process.execPath, [join(folder, "example-0.ts")], {
      env: {
        ...process.env,
        QBENCH_URL: emulator.url,
        QBENCH_CLIENT_ID: client?.id,
        QBENCH_CLIENT_SECRET: client?.secret,
      },
    });
    expect(stderr).toBe("");
    expect(stdout.split("\n").filter(line => / IN PROGRESS$/.test(line))).toHaveLength(5);
    expect(emulator.stats).toMatchObject({ exchanges: 1, rejectedTokens: 0 });
    expect(emulator.stats.byOperation["PATCH /qbench/api/v2/orders"]).toBe(1);
  });

  it("the examples of all packages compile", async () => {
    const readmes = globSync("packages/{*,internal/*}/README.md", { cwd: repository });
    const examples = (await Promise.all(readmes.map(examplesOf))).flat();
    expect(examples.length).toBeGreaterThan(7);
    await compile(examples);
  });

  it("the recipes compile in a program with TypeScript's usual options, which also checks the declarations", async () => {
    const text = await readFile(join(repository, "docs/recipes.md"), "utf8");
    const recipes = [...text.matchAll(/^\[`([\w.-]+)`\].*\n\n```ts\n([\s\S]*?)```/gm)];
    expect(recipes.length).toBeGreaterThan(7);
    await compile(
      recipes.map(([, , code = ""]) => code),
      // The recipes import each other as Node runs them.
      { compilerOptions: { ...usualOptions, allowImportingTsExtensions: true } },
      recipes.map(([, name = ""]) => name),
    );
  });
});
