import { build } from "esbuild";

/** One file with the tests, the packages and all they need, for a runtime that finds no packages by itself. */
export async function bundle(entry: string, platform: "node" | "browser"): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${import.meta.dirname}/${entry}`],
    alias: {
      vitest: `${import.meta.dirname}/vitest-anywhere.ts`,
      // The fake timers ask for it where they find a `process`, and do without.
      ...(platform === "browser" && { util: `${import.meta.dirname}/nothing.ts` }),
    },
    bundle: true,
    format: "esm",
    platform,
    target: "es2022",
    external: ["node:*", ...(platform === "browser" ? ["@hono/node-server"] : [])],
    // What is CommonJS among the dependencies asks for Node's own modules by `require`.
    ...(platform === "node" && {
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    }),
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}
