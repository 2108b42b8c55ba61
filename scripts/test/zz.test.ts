import { buildDocument } from "@qbench-sdk/emulator";
import { test } from "vitest";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import budgets from "../size/budgets.json" with { type: "json" };
import { bundledSize } from "../size/bundled-size.ts";
import { generateTypes } from "../types/generate-types.ts";
const { document } = normaliseDocument(JSON.parse(JSON.stringify(buildDocument())));
const builtInTypes = generateTypes("main", document);
const builtInTable: any = { name: "b", setup(build: any) {
  build.onResolve({ filter: /^@qbench-sdk\/types$/ }, ({ path }: any) => ({ path, namespace: "built-in", sideEffects: false }));
  build.onLoad({ filter: /.*/, namespace: "built-in" }, async () => ({ contents: await builtInTypes, loader: "ts" }));
} };
test("sizes", async () => {
  for (const { imports, external, bytes } of (budgets as any[]).slice(0, 2)) {
    const lines = Object.entries(imports).map(([name, names]) => `export { ${names} } from "${name}";`);
    console.log("SIZE", bytes, await bundledSize(lines.join("\n"), process.env.RDIR ?? import.meta.dirname, { external, plugins: [builtInTable] }));
  }
});
