import type { Connection } from "./connect.js";
import { print } from "./print.js";

/** Prints an access token and nothing else, for use by another program. */
export async function printToken({ tokenSource }: Connection, signal: AbortSignal): Promise<void> {
  await print([`${await tokenSource.getToken({ signal })}\n`]);
}
