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
 * runs, comes from `src/a/b.ts`. What several entries need is in `dist/shared.js`, so that they use the same classes.
 */
export default defineConfig({
  input: Object.fromEntries(entries.map(entry => [entry, `src/${entry}.ts`])),
  external: id => !id.startsWith(".") && !isAbsolute(id),
  platform: "neutral",
  // Then bundlers recognize that tables of messages have no side effects, and leave them out if nothing uses them.
  optimization: { inlineConst: true },
  output: {
    cleanDir: true,
    sourcemap: true,
    chunkFileNames: "[name].js",
    codeSplitting: { groups: [{ name: "shared", minShareCount: 2 }] },
    minifyInternalExports: false,
  },
});
