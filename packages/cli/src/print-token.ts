import type { Connection } from "./connect.js";
import { print } from "./print.js";

/** Prints an access token and nothing else, for another program to use. */
export async function printToken({ tokenSource }: Connection, signal: AbortSignal): Promise<void> {
  await print([`${await tokenSource.getToken({ signal })}\n`]);
}
