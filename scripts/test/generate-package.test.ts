import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generatePackage } from "../clients/generate-package.ts";
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

describe("generatePackage", () => {
  it("generates types and an outline for each client, and exports those of the first client from the package itself", async () => {
    const root = await rootWith({ intake: tinyDocument("intake"), billing: tinyDocument("billing") });
    await generatePackage(root);
    expect((await readdir(source(root))).toSorted()).toEqual([
      "billing.outline.ts",
      "billing.ts",
      "index.ts",
      "intake.outline.ts",
      "intake.ts",
      "outline.ts",
    ]);
    expect(await readFile(join(source(root), "outline.ts"), "utf8")).toContain('export * from "./intake.outline.js";');
    expect(await readFile(join(source(root), "intake.outline.ts"), "utf8")).toContain('"GET /things": {');
    expect(await readFile(join(source(root), "index.ts"), "utf8")).toContain('export * from "./intake.js";');
    expect(await readFile(join(source(root), "intake.ts"), "utf8")).toContain('"/things": {');
  });

  it("writes no types if they did not change", async () => {
    const root = await rootWith({ main: tinyDocument() });
    expect((await generatePackage(root)).written).toEqual(["main.ts", "main.outline.ts", "index.ts", "outline.ts"]);
    expect(await generatePackage(root)).toEqual({ written: [], removed: [] });
  });

  it("removes the types and the outline of a client that was removed from the list, and no file that it did not write", async () => {
    const root = await rootWith({ main: tinyDocument(), old: tinyDocument() });
    await generatePackage(root);
    await writeFile(join(source(root), "mine.ts"), "export {};");
    await writeFile(join(root, "openapi/clients.json"), JSON.stringify({ clients: { main: variables } }));
    expect((await generatePackage(root)).removed).toEqual(["old.outline.ts", "old.ts"]);
    const files = ["index.ts", "main.outline.ts", "main.ts", "mine.ts", "outline.ts"];
    expect((await readdir(source(root))).toSorted()).toEqual(files);
  });

  it("types a field with a default as optional, and an object without fields as open", async () => {
    const document = JSON.parse(tinyDocument());
    const properties = { count: { type: "integer", default: 0 }, anything: { type: "object" } };
    document.components = { schemas: { Thing: { type: "object", properties } } };
    const root = await rootWith({ main: JSON.stringify(document) });
    await generatePackage(root);
    const types = await readFile(join(source(root), "main.ts"), "utf8");
    expect(types).toMatch(/count\?: number/);
    expect(types).toMatch(/anything\?: Record<string, unknown>|anything\?: \{\s*\[key: string\]: unknown/);
  });

  it("keeps texts of a document inside comments and names", async () => {
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
    expect(await readFile(join(source(root), "main.outline.ts"), "utf8")).toContain(
      'summary: "*/ export const evil = 1; /*"',
    );
  });

  it("names the command to run if a client's document is missing", async () => {
    const root = await rootWith({ main: "" });
    await mkdir(source(root), { recursive: true });
    await expect(generatePackage(root)).rejects.toThrow("pnpm openapi:pull --client main");
    expect(await readdir(source(root))).toEqual([]);
  });
});
