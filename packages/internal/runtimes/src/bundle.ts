import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

/** Resolves the `src/<entry>.ts` of a test to the built `dist/<entry>.js`. Internal modules stay on their sources. */
const builtEntries: Plugin = {
  name: "built entries",
  setup({ onResolve }) {
    onResolve({ filter: /^(\.\.\/)+src\// }, ({ path, resolveDir }) => {
      const built = join(resolveDir, path.replace("../src/", "../dist/").replace(/\.ts$/, ".js"));
      return existsSync(built) ? { path: built } : undefined;
    });
  },
};

/** Bundles the tests, the packages and their dependencies into one file, for runtimes that cannot resolve packages. */
export async function bundle(entry: string, platform: "node" | "browser"): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${import.meta.dirname}/${entry}`],
    alias: {
      vitest: `${import.meta.dirname}/vitest-anywhere.ts`,
      // The fake timers import it when a global `process` exists, but work without it.
      ...(platform === "browser" && { util: `${import.meta.dirname}/empty-module.ts` }),
    },
    bundle: true,
    format: "esm",
    platform,
    target: "es2022",
    conditions: ["qbench-built-in", "module"],
    external: ["node:*", ...(platform === "browser" ? ["@hono/node-server"] : [])],
    plugins: [builtEntries],
    // CommonJS dependencies load Node's built-in modules by `require`.
    ...(platform === "node" && {
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    }),
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}
