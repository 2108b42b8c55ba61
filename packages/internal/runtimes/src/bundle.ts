import { build } from "esbuild";

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
    external: ["node:*", ...(platform === "browser" ? ["@hono/node-server"] : [])],
    // CommonJS dependencies load Node's built-in modules by `require`.
    ...(platform === "node" && {
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    }),
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}
