import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandError } from "../command/command-error.ts";
import { writeIfChanged } from "../command/write-file.ts";
import { runCompiler } from "../compiler/run-compiler.ts";
import type { JsonObject } from "../document/model/json.ts";

const repository = join(import.meta.dirname, "../..");
const cache = join(repository, "node_modules/.cache/qbench-sdk/types");

/** Throws if the types of a document do not compile. The error names the schema or the operation in one line. */
export async function checkTypes(client: string, document: JsonObject, source: string): Promise<void> {
  // Loaded only here, because the compiler takes a third of a second to load: a pull that fails earlier does not need it.
  const { generateTypes } = await import("./generate-types.ts");
  await checkGenerated(new Map([[`${client}.ts`, await generateTypes(client, document)]]), source);
}

/**
 * Compiles generated files, together with the hand-written types that they import and nothing else. Files that
 * compiled before are not compiled again. `source` names the document in the error, by default the committed one.
 */
export async function checkGenerated(files: ReadonlyMap<string, string>, source?: string): Promise<void> {
  const written = await readTexts("packages/types/src/common");
  // A file has to be compiled again if the compiler or its options changed.
  const compiler = await Promise.all([
    read("scripts/compiler/run-compiler.ts"),
    read("node_modules/typescript/package.json"),
  ]);
  const markOf = (text: string): string => join(cache, hash([...written.values(), ...compiler, text]));
  const unknown = new Map([...files].filter(([, text]) => !existsSync(markOf(text))));
  if (unknown.size === 0) return;
  const common = new Map([...written].map(([name, text]) => [`common/${name}`, text]));
  const [error] = await runCompiler(new Map([...common, ...unknown]));
  if (error !== undefined) {
    const declaration = declarationAt(files.get(error.file) ?? "", error.line);
    const client = error.file.replace(/\.ts$/, "");
    throw new CommandError(
      `${source ?? `openapi/${client}.json`}: the types of ${declaration} do not compile: ${error.message[0]?.slice(0, 200)} Correct it with an overlay in openapi/overlays/${client}.`,
    );
  }
  for (const text of unknown.values()) await writeIfChanged(markOf(text), "");
}

const read = (file: string): Promise<string> => readFile(join(repository, file), "utf8");

async function readTexts(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(join(repository, folder))).toSorted();
  return new Map(await Promise.all(names.map(async name => [name, await read(`${folder}/${name}`)] as const)));
}

const hash = (texts: readonly string[]): string => createHash("sha256").update(JSON.stringify(texts)).digest("hex");

/** Returns what a line of a generated file belongs to: a schema, an operation or a path. */
function declarationAt(text: string, line: number): string {
  const before = text.split("\n").slice(0, line);
  const top = before.findLast(each => /^export (interface|type|const) /.test(each));
  const [, name] = /^export \w+ (\w+)/.exec(top ?? "") ?? [];
  if (name === undefined) return "the document";
  const kinds: Record<string, string> = { components: "component", operations: "operation", paths: "path" };
  const kind = kinds[name];
  if (kind === undefined) return `schema ${name}`;
  const indent = name === "components" ? 8 : 4;
  const member = before.findLast(each => new RegExp(`^ {${indent}}[^ *}/]`).test(each));
  return `${kind} ${member?.trim().replace(/\??: .*/s, "") ?? name}`;
}
