import { pipeline } from "node:stream/promises";

/** Writes to stdout, as fast as it is taken. */
export const print = (text: Iterable<string> | AsyncIterable<string>): Promise<void> =>
  pipeline(text, process.stdout, { end: false });

/** Writes a value as JSON: on one line, but for a terminal on several. */
export const printJson = (value: unknown): Promise<void> =>
  print([`${JSON.stringify(value, null, process.stdout.isTTY ? 2 : undefined)}\n`]);
