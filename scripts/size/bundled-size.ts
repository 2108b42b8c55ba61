import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/**
 * Returns how many bytes a program takes when it is bundled for browsers, minified and gzipped. It has the resources of the
 * emulator's document, so that sizes do not depend on the documents in `openapi/`.
 *
 * @param resolveDir The folder from which the program's imports are resolved.
 */
export async function bundledSize(program: string, resolveDir: string, external: readonly string[]): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    external: ["node:*", "crypto", "util", "buffer", ...external],
    conditions: ["qbench-built-in", "module"],
    write: false,
    logLevel: "error",
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}
