import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandError } from "../command/command-error.ts";
import type { JsonObject } from "../document/model/json.ts";
import { parseDocument } from "../document/read/parse-document.ts";

/** Reads a client's committed document. Returns undefined if there is none yet. */
export async function findCommitted(root: string, client: string): Promise<JsonObject | undefined> {
  const file = `openapi/${client}.json`;
  try {
    return parseDocument(await readFile(join(root, file), "utf8"), file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Reads a client's committed document. Throws if there is none yet. */
export async function readCommitted(root: string, client: string): Promise<JsonObject> {
  const document = await findCommitted(root, client);
  if (document !== undefined) return document;
  throw new CommandError(`openapi/${client}.json is missing. Run pnpm openapi:pull --client ${client}.`);
}
