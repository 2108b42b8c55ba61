import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type OpenApiDocument, type RunningEmulator, startEmulator } from "@qbench-sdk/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generatePackage } from "../clients/generate-package.ts";
import { pullClient } from "../clients/pull-client.ts";
import { copySettings } from "./support/repository.ts";

const run = promisify(execFile);
const repository = join(import.meta.dirname, "../..");
const published = join(repository, "../shared/qbench-v2/published-openapi.json");
const present = existsSync(published);
if (!present) console.log("Skipped: a published QBench document at ../shared/qbench-v2/published-openapi.json");

let root = "";
let emulator: RunningEmulator;
beforeEach(async () => {
  // Inside this package, so that the compiler resolves the imports of the compiled programs.
  root = await mkdtemp(join(import.meta.dirname, "chain-"));
  await copySettings(root);
  const common = "packages/types/src/common";
  await cp(join(repository, common), join(root, common), { recursive: true });
});
afterEach(async () => {
  await emulator.close();
  await rm(root, { recursive: true });
});

const environment = (): NodeJS.ProcessEnv => {
  const [client] = emulator.clients.list();
  return {
    ...process.env,
    QBENCH_URL: emulator.url,
    QBENCH_CLIENT_ID: client?.id,
    QBENCH_CLIENT_SECRET: client?.secret,
  };
};

/** Compiles a program against the types generated under the root, instead of the types of the repository. */
async function compile(program: string): Promise<void> {
  const options = {
    extends: "../../tsconfig.json",
    compilerOptions: { paths: { "@qbench-sdk/types": ["./packages/types/src/index.ts"] } },
    // Listed by name, because the package's own configuration excludes this folder.
    files: [program],
    include: [],
  };
  await writeFile(join(root, "tsconfig.json"), JSON.stringify(options));
  await run(join(repository, "node_modules/.bin/tsc"), ["--project", root], { shell: process.platform === "win32" });
}

async function chain(document?: OpenApiDocument) {
  emulator = await startEmulator({
    document,
    docs: "bearer",
    customFields: { orders: { purchase_order: "STR" } },
  });
  const pulled = await pullClient({ root, env: environment() });
  await generatePackage(root);
  await cp(join(import.meta.dirname, "fixtures/typed-calls.ts"), join(root, "typed-calls.ts"));
  await compile("typed-calls.ts");
  const { stdout } = await run(process.execPath, [join(root, "typed-calls.ts")], { env: environment() });
  return { pulled, outcome: JSON.parse(stdout) };
}

const expected = {
  total: 48,
  state: "ON HOLD",
  listed: 3,
  order: [true, "IN PROGRESS", "IN PROGRESS"],
  sample: [true, "Typed", "Checked"],
  test: [true, "7.1", "7.1"],
  nested: 1,
  related: ["string", "string", 1],
  custom: "P-17",
  panels: true,
  testsOfOrder: [true],
  deleted: [204, 204, 204],
};

describe("From a docs page to typed calls", () => {
  it("the built-in document is pulled, its types are generated and compiled, and its calls succeed", async () => {
    const { pulled, outcome } = await chain();
    expect(pulled).toMatchObject({ operations: 169, changed: true });
    expect(outcome).toEqual(expected);
    expect(emulator.stats.exchanges).toBe(2);
  });

  it.skipIf(!present)(
    "a published document goes the same way, and the example service compiles against its types",
    async () => {
      const { pulled, outcome } = await chain(JSON.parse(await readFile(published, "utf8")));
      expect(pulled).toMatchObject({ operations: 169, schemas: 224, changed: true });
      expect(outcome).toEqual(expected);
      await cp(join(repository, "packages/example-service/src/orders.ts"), join(root, "orders.ts"));
      await compile("orders.ts");
    },
    60_000,
  );
});
