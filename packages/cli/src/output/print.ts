import { pipeline } from "node:stream/promises";
import { escapeLines } from "@qbench-sdk/auth/internal";

/**
 * Writes to stdout, at the speed of its reader. A terminal gets invisible characters as `\\u` escapes, because they could
 * control it or change the direction of text. JSON keeps its value. Files and pipes get the text as it is.
 */
export const print = (text: Text): Promise<void> =>
  pipeline(process.stdout.isTTY ? escapeChunks(text) : text, process.stdout, { end: false });

/** Writes bytes to stdout, as they are. */
export const printBytes = (bytes: Uint8Array): Promise<void> => pipeline([bytes], process.stdout, { end: false });

type Text = Iterable<string> | AsyncIterable<string>;

async function* escapeChunks(text: Text): AsyncGenerator<string> {
  for await (const chunk of text) yield escapeLines(chunk);
}

/** Writes a value as JSON: on several lines to a terminal, otherwise on one. */
export const printJson = (value: unknown): Promise<void> =>
  print([`${JSON.stringify(value, null, process.stdout.isTTY ? 2 : undefined)}\n`]);
