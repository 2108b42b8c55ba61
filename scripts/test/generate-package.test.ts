import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generatePackage } from "../types/generate-package.ts";
import { emptyRoot, tinyDocument } from "./support/repository.ts";

const variables = { url: "A", clientId: "B", clientSecret: "C" };

async function rootWith(documents: Record<string, string>): Promise<string> {
  const root = await emptyRoot();
  const clients = Object.fromEntries(Object.keys(documents).map(name => [name, variables]));
  await writeFile(join(root, "openapi/clients.json"), JSON.stringify({ clients }));
  for (const [name, text] of Object.entries(documents)) {
    if (text !== "") await writeFile(join(root, `openapi/${name}.json`), text);
  }
  return root;
}

const source = (root: string): string => join(root, "packages/types/src");

describe("Generating", () => {
  it("makes an entry point for each client, the first one's also the package's own", async () => {
    const root = await rootWith({ intake: tinyDocument("intake"), billing: tinyDocument("billing") });
    await generatePackage(root);
    expect((await readdir(source(root))).toSorted()).toEqual(["billing.ts", "index.ts", "intake.ts"]);
    expect(await readFile(join(source(root), "index.ts"), "utf8")).toContain('export * from "./intake.js";');
    expect(await readFile(join(source(root), "intake.ts"), "utf8")).toContain('"/things": {');
  });

  it("writes nothing the second time", async () => {
    const root = await rootWith({ main: tinyDocument() });
    expect((await generatePackage(root)).written).toEqual(["main.ts", "index.ts"]);
    expect(await generatePackage(root)).toEqual({ written: [], removed: [] });
  });

  it("removes the types of a client that is no longer listed, and nothing that it did not write", async () => {
    const root = await rootWith({ main: tinyDocument(), old: tinyDocument() });
    await generatePackage(root);
    await writeFile(join(source(root), "mine.ts"), "export {};");
    await writeFile(join(root, "openapi/clients.json"), JSON.stringify({ clients: { main: variables } }));
    expect((await generatePackage(root)).removed).toEqual(["old.ts"]);
    expect((await readdir(source(root))).toSorted()).toEqual(["index.ts", "main.ts", "mine.ts"]);
  });

  it("leaves optional what has a default, and opens objects of which nothing is said", async () => {
    const document = JSON.parse(tinyDocument());
    const properties = { count: { type: "integer", default: 0 }, anything: { type: "object" } };
    document.components = { schemas: { Thing: { type: "object", properties } } };
    const root = await rootWith({ main: JSON.stringify(document) });
    await generatePackage(root);
    const types = await readFile(join(source(root), "main.ts"), "utf8");
    expect(types).toMatch(/count\?: number/);
    expect(types).toMatch(/anything\?: Record<string, unknown>|anything\?: \{\s*\[key: string\]: unknown/);
  });

  it("cannot be led out of a comment or a name by a document", async () => {
    const document = JSON.parse(tinyDocument());
    document.paths["/things"].get.summary = "*/ export const evil = 1; /*";
    document.components = { schemas: { 'Quote"d`': { type: "object", properties: { 'a"b\n': { type: "string" } } } } };
    const root = await rootWith({ main: JSON.stringify(document) });
    const result = await generatePackage(root).then(
      () => readFile(join(source(root), "main.ts"), "utf8"),
      (error: Error) => error.message,
    );
    expect(result).not.toMatch(/^\s*export const evil/m);
    expect(result.replaceAll(/\/\*[\s\S]*?\*\//g, "")).not.toContain("evil");
  });

  it("names the command that is missing when there is no document yet", async () => {
    const root = await rootWith({ main: "" });
    await mkdir(source(root), { recursive: true });
    await expect(generatePackage(root)).rejects.toThrow("pnpm openapi:pull --client main");
    expect(await readdir(source(root))).toEqual([]);
  });
});
