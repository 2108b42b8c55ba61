import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeIfChanged } from "../command/write-file.ts";
import { checkGenerated } from "../types/check-types.ts";
import { generateOutline } from "../types/generate-outline.ts";
import { generatedMark, generateTypes } from "../types/generate-types.ts";
import { readCommitted } from "./committed-document.ts";
import { readClients } from "./read-clients.ts";

export interface GenerateResult {
  written: string[];
  removed: string[];
}

/**
 * Writes the types and the outline of every client to `packages/types/src`, all or none, and removes those of removed
 * clients. It writes only files that compile.
 */
export async function generatePackage(root: string): Promise<GenerateResult> {
  const folder = join(root, "packages/types/src");
  const clients = await readClients(root);
  const files = new Map<string, string>();
  for (const { name } of clients) {
    // Not validated again, because a pull writes valid documents only.
    const document = await readCommitted(root, name);
    files.set(`${name}.ts`, await generateTypes(name, document));
    files.set(`${name}.outline.ts`, generateOutline(name, document));
  }
  await checkGenerated(files);
  files.set("index.ts", exportAll(clients[0].name));
  files.set("outline.ts", exportAll(`${clients[0].name}.outline`));
  const written: string[] = [];
  for (const [name, text] of files) if (await writeIfChanged(join(folder, name), text)) written.push(name);
  return { written, removed: await removeStale(folder, files) };
}

const exportAll = (name: string): string =>
  `${generatedMark}clients.json by scripts/generate.ts. Do not edit.\n\nexport * from "./${name}.js";\n`;

async function removeStale(folder: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(folder)) {
    if (files.has(name) || !name.endsWith(".ts")) continue;
    const file = join(folder, name);
    if (!(await readFile(file, "utf8")).startsWith(generatedMark)) continue;
    await rm(file);
    removed.push(name);
  }
  return removed;
}
