import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "./run.ts";
import { openTarball } from "./tarball.ts";

const built = join(import.meta.dirname, "../../../types/dist");

/**
 * Replaces the types in a tarball, which come from the documents in `openapi/`, by those of the emulator's document. So
 * programs of tests compile in a company's copy, too.
 */
export async function useBuiltInTypes(tarball: string): Promise<void> {
  const { folder, remove } = await openTarball(tarball);
  for (const extension of ["js", "d.ts"]) {
    for (const [source, target] of [
      [`built-in.${extension}`, `main.${extension}`],
      [`built-in.outline.${extension}`, `main.outline.${extension}`],
    ] as const) {
      const text = await readFile(join(built, source), "utf8");
      await writeFile(join(folder, "dist", target), text.replace(/^\/\/# sourceMappingURL=.*/m, ""));
    }
    await writeFile(join(folder, `dist/index.${extension}`), 'export * from "./main.js";\n');
    await writeFile(join(folder, `dist/outline.${extension}`), 'export * from "./main.outline.js";\n');
  }
  await run("tar", ["-czf", tarball, "-C", dirname(folder), "package"], { cwd: folder });
  await remove();
}
