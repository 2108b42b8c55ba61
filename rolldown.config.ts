import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { defineConfig } from "rolldown";

interface Manifest {
  exports: Record<string, string | { default: string }>;
  bin?: Record<string, string>;
}

const { exports, bin = {} }: Manifest = JSON.parse(readFileSync("package.json", "utf8"));
const exported = Object.values(exports).flatMap(entry => (typeof entry === "string" ? [] : entry.default));
const entries = [...exported, ...Object.values(bin)].map(file => file.replace(/^\.\/dist\/|\.js$/g, ""));

/**
 * Bundles the package in the working directory into one file per entry. `dist/a/b.js`, which its manifest exports or
 * runs, comes from `src/a/b.ts`. If there are several entries, the main one is in `dist/shared.js` with all that it
 * imports, and the others import that. So an error class or a WeakMap exists once. The order of the modules stays that of
 * the main entry alone, which compresses best.
 */
export default defineConfig({
  input: Object.fromEntries(entries.map(entry => [entry, `src/${entry}.ts`])),
  external: id => !id.startsWith(".") && !isAbsolute(id),
  platform: "neutral",
  // Without constants of other files, bundlers see that a table of messages has no side effects, and can leave it out.
  optimization: { inlineConst: true },
  output: {
    cleanDir: true,
    sourcemap: true,
    chunkFileNames: "[name].js",
    codeSplitting: entries.length === 1 || { groups: [{ name: "shared", test: /[\\/]src[\\/]index\.ts$/ }] },
    minifyInternalExports: false,
    // Editors show the docstrings of the declarations. Here they would only take time to load.
    comments: { jsdoc: false },
  },
});
