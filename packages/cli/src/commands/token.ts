import type { Connection } from "../connection/connect.js";
import { print } from "../output/print.js";

/** Prints an access token and nothing else, for use by another program. */
export async function printToken({ tokenSource }: Connection, signal: AbortSignal): Promise<void> {
  await print([`${await tokenSource.getToken({ signal })}\n`]);
}
