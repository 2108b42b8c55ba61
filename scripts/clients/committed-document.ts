import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandError } from "../command/command-error.ts";
import { writeIfChanged } from "../command/write-file.ts";
import type { JsonObject } from "../document/model/json.ts";
import { formatDocument } from "../document/normalise/sort-document.ts";
import { parseDocument } from "../document/read/parse-document.ts";

/** The document that this process wrote last. What a pull computed for it need not be computed again from its text. */
let written: { text: string; document: JsonObject } | undefined;

/** Writes a client's document, to be committed. Returns true if it changed. */
export async function writeCommitted(root: string, client: string, document: JsonObject): Promise<boolean> {
  const text = formatDocument(document);
  written = { text, document };
  return writeIfChanged(join(root, `openapi/${client}.json`), text);
}

/** Reads a client's committed document. Returns undefined if the client has no document yet. */
export async function findCommitted(root: string, client: string): Promise<JsonObject | undefined> {
  const file = `openapi/${client}.json`;
  try {
    const text = await readFile(join(root, file), "utf8");
    return text === written?.text ? written.document : parseDocument(text, file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Reads a client's committed document. Throws if the client has no document yet. */
export async function readCommitted(root: string, client: string): Promise<JsonObject> {
  const document = await findCommitted(root, client);
  if (document !== undefined) return document;
  throw new CommandError(`openapi/${client}.json is missing. Run pnpm openapi:pull --client ${client}.`);
}
