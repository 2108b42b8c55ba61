import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type RunningEmulator, startEmulator } from "@qbench-sdk/emulator";
import { afterEach, beforeEach, expect, it } from "vitest";

const run = promisify(execFile);
const readme = fileURLToPath(new URL("../../../README.md", import.meta.url));
const here = fileURLToPath(new URL("..", import.meta.url));

let folder = "";
let emulator: RunningEmulator;
beforeEach(async () => {
  // Beside the package's own files, so that its dependencies and compiler options are found.
  folder = await mkdtemp(`${here}test/readme-`);
  emulator = await startEmulator();
});
afterEach(async () => {
  await emulator.close();
  await rm(folder, { recursive: true });
});

it("The README's example compiles and runs", async () => {
  const [, example = ""] = /```ts\n([\s\S]*?)```/.exec(await readFile(readme, "utf8")) ?? [];
  expect(example.trim().split("\n").length).toBeLessThanOrEqual(20);
  await writeFile(`${folder}/example.ts`, example);
  await writeFile(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: "../../tsconfig.json", include: ["example.ts"] }),
  );
  await run("tsc", ["--project", folder]);

  const [client] = emulator.clients.list();
  const { stdout, stderr } = await run(process.execPath, [`${folder}/example.ts`], {
    env: {
      ...process.env,
      QBENCH_URL: emulator.url,
      QBENCH_CLIENT_ID: client?.id,
      QBENCH_CLIENT_SECRET: client?.secret,
    },
  });
  expect(stderr).toBe("");
  expect(stdout.split("\n").filter(line => / IN PROGRESS$/.test(line))).toHaveLength(5);
  expect(emulator.stats).toMatchObject({ exchanges: 1, deadTokens: 0 });
  expect(emulator.stats.byOperation["PATCH /qbench/api/v2/orders"]).toBe(1);
});
