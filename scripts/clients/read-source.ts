import { createReadStream } from "node:fs";
import { CommandError } from "../command/command-error.ts";
import { type FoundDocument, findDocument, findDocumentAt, type Reading } from "../docs-page/find-document.ts";
import { readText } from "../docs-page/read-address.ts";

/** Reads the document that `--from` names: an address, a file, or `-` for stdin. */
export async function readSource(from: string, reading: Reading, maxBytes: number): Promise<FoundDocument> {
  if (/^https?:\/\//i.test(from)) {
    if (!URL.canParse(from)) throw new CommandError("--from is not a valid address. Check its spelling.");
    return findDocumentAt(new URL(from), "--from", reading);
  }
  if (from === "-")
    return findDocument({ text: await readText(process.stdin, maxBytes, "stdin"), source: "stdin" }, reading);
  return findDocument({ text: await readLocalFile(from, maxBytes), source: from }, reading);
}

async function readLocalFile(file: string, maxBytes: number): Promise<string> {
  try {
    return await readText(createReadStream(file), maxBytes, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const reason = error.code === "ENOENT" ? "it does not exist" : String(error.code);
    throw new CommandError(`--from ${file} cannot be read: ${reason}. Check the path.`);
  }
}
