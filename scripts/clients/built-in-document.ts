import { join } from "node:path";
import { buildDocument } from "../../packages/emulator/src/builtin/build-document.ts";
import { writeIfChanged } from "../command/write-file.ts";
import type { JsonObject } from "../document/model/json.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { declareOutline } from "../types/generate-outline.ts";
import { declareDocument } from "../types/generate-types.ts";
import { readQBenchOptions } from "./read-overlays.ts";

/**
 * Returns the emulator's document as a pull would normalize it. Of the overlays, only the one of this repository applies
 * to it, so that the result is the same in every copy.
 */
export async function readBuiltIn(root: string): Promise<JsonObject> {
  const document: JsonObject = JSON.parse(JSON.stringify(buildDocument()));
  return normaliseDocument(document, await readQBenchOptions(root)).document;
}

/**
 * Writes the types and the outline of the emulator's document beside those of the clients. Returns the files that changed.
 * The tests of this repository use them (the condition `qbench-built-in`), so that they pass with every document in
 * `openapi/`. They are not published.
 */
export async function generateBuiltIn(root: string): Promise<string[]> {
  const mark = "// Generated from the emulator's document by scripts/generate.ts. Do not edit.\n\n";
  const document = await readBuiltIn(root);
  const files = { "built-in.ts": declareDocument(document), "built-in.outline.ts": declareOutline(document) };
  const written: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    if (await writeIfChanged(join(root, "packages/types/src", name), mark + text)) written.push(name);
  }
  return written;
}
