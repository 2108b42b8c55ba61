import { decode, encode } from "@jridgewell/sourcemap-codec";
import { describe, expect, it } from "vitest";
import { createRenaming } from "../publish/rename-packages.ts";

const names = ["@qbench-sdk/auth", "@qbench-sdk/cli", "@qbench-sdk/client", "@qbench-sdk/types"];
const { text: rename, map } = createRenaming(names, "@acme");

describe("The renaming of packages", () => {
  it.each([
    ['import "@qbench-sdk/client";', 'import "@acme/qbench-client";'],
    ['import("@qbench-sdk/client/mirror")', 'import("@acme/qbench-client/mirror")'],
    ['declare module "@qbench-sdk/types" {', 'declare module "@acme/qbench-types" {'],
    ["npx @qbench-sdk/cli whoami", "npx @acme/qbench-cli whoami"],
    ["npm install @qbench-sdk/auth@latest", "npm install @acme/qbench-auth@latest"],
    ["@qbench-sdk:registry=https://npm.example", "@acme:registry=https://npm.example"],
    ["all packages of @qbench-sdk.", "all packages of @acme."],
    ["@qbench-sdk/* is mirrored", "@acme/* is mirrored"],
  ])("changes %s", (source, published) => {
    expect(rename(source)).toBe(published);
  });

  it.each(["qbench-sdk", "@qbench-sdk/clients", "@qbench-sdk/scripts", "@qbench-sdkx/client"])("keeps %s", text => {
    expect(rename(text)).toBe(text);
  });

  it("keeps the name of a package that the company added in a scope of its own", () => {
    const { text } = createRenaming([...names, "@acme/tools"], "@acme");
    expect(text('"@acme/tools", "@qbench-sdk/client", "@qbench-sdk/" + name')).toBe(
      '"@acme/tools", "@acme/qbench-client", "@qbench-sdk/" + name',
    );
  });

  it("changes nothing for the scope of the sources", () => {
    const same = createRenaming(names, "@qbench-sdk");
    expect(same.text('import "@qbench-sdk/client";')).toBe('import "@qbench-sdk/client";');
  });

  it.each(["@acme", "@a", "@a-company-with-a-long-name"])("keeps source maps exact for the scope %s", scope => {
    const renaming = createRenaming(names, scope);
    const source = 'first();\nlast("@qbench-sdk/client", "@qbench-sdk/auth", end);\n';
    const generated = 'const a = "@qbench-sdk/types"; last("@qbench-sdk/client", "@qbench-sdk/auth", end);\n';
    const tokens = ["last(", '"@qbench-sdk/client"', '"@qbench-sdk/auth"', "end)"];
    const line = source.split("\n")[1] ?? "";
    const mappings = encode([
      tokens.map((token): [number, number, number, number] => [generated.indexOf(token), 0, 1, line.indexOf(token)]),
    ]);
    for (const sourcesContent of [[source], undefined]) {
      const before = JSON.stringify({ version: 3, sources: ["../src/a.ts"], sourcesContent, mappings });
      const after: { mappings: string; sourcesContent?: string[] } = JSON.parse(
        renaming.map(before, generated, path => (path === "../src/a.ts" ? source : undefined)),
      );
      expect(after.sourcesContent).toEqual(sourcesContent?.map(renaming.text));
      const renamedLine = renaming.text(line);
      const renamed = renaming.text(generated);
      const positions = decode(after.mappings)[0]?.map(([column, , , sourceColumn = -1]) => [column, sourceColumn]);
      expect(positions).toEqual(
        tokens.map(renaming.text).map(token => [renamed.indexOf(token), renamedLine.indexOf(token)]),
      );
    }
  });

  it("keeps a source map of code without names as it is", () => {
    const before = JSON.stringify({ version: 3, sources: ["a.ts"], mappings: encode([[[0, 0, 0, 0], [9]]]) });
    expect(map(before, "first(); last();", () => "first(); last();")).toBe(before);
  });
});
