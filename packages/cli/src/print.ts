import { pipeline } from "node:stream/promises";

/** Writes to stdout, at the speed of its reader. */
export const print = (text: Iterable<string> | AsyncIterable<string>): Promise<void> =>
  pipeline(text, process.stdout, { end: false });

/** Writes a value as JSON: on several lines to a terminal, otherwise on one. */
export const printJson = (value: unknown): Promise<void> =>
  print([`${JSON.stringify(value, null, process.stdout.isTTY ? 2 : undefined)}\n`]);
