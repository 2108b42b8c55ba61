import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { startEmulator } from "@qbench-sdk/emulator";
import { describe, expect, it, onTestFinished } from "vitest";

const run = promisify(execFile);
const root = dirname(import.meta.dirname);
const readme = await readFile(join(root, "README.md"), "utf8");

let section = "Introduction";
const examples: [section: string, example: string][] = [];
for (const [, title, example] of readme.matchAll(/^## (.+)$|^```ts\n([\s\S]*?)^```$/gm)) {
  if (title !== undefined) section = title;
  if (example !== undefined) examples.push([section, example]);
}

describe("The README", () => {
  it.each(examples)("the README's example in the section %j runs", async (_section, example) => {
    const emulator = await startEmulator();
    onTestFinished(() => emulator.close());
    // The folder is inside the package, so that an example can import the package by its name.
    const folder = await mkdtemp(join(root, ".readme-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "scan.pdf"), "%PDF-1.4");
    await writeFile(join(folder, "example.ts"), example);
    const [apiClient] = emulator.clients.list();
    const { stdout, stderr } = await run(process.execPath, ["example.ts"], {
      cwd: folder,
      env: {
        ...process.env,
        QBENCH_URL: emulator.url,
        QBENCH_CLIENT_ID: apiClient?.id,
        QBENCH_CLIENT_SECRET: apiClient?.secret,
      },
    });
    expect(stderr).toBe("");
    expect(stdout !== "").toBe(example.includes("console.log("));
    expect(emulator.stats.apiCalls > 0).toBe(!example.includes("createEmulator("));
  });
});
