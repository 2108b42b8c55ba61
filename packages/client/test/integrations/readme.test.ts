import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

const read = (path: string): Promise<string> => readFile(join(import.meta.dirname, path), "utf8");

it("the emulator's README contains the unit test of a service that runs here", async () => {
  const test = await read("unit-test-of-a-service.test.ts");
  const example = test.replace("../../src/index.js", "@qbench-sdk/client");
  expect(await read("../../../emulator/README.md")).toContain(`\`\`\`ts\n${example}\`\`\``);
});
