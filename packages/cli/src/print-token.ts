import type { Connection } from "./connect.js";
import { print } from "./print.js";
import { tellUser } from "./tell-user.js";

/** Prints an access token and nothing else, for another program to use. */
export async function printToken({ tokenSource }: Connection, signal: AbortSignal): Promise<void> {
  const accessToken = await tokenSource.getToken({ signal });
  if (process.stdout.isTTY) tellUser("this is a secret: whoever reads it can act as the API client until it expires");
  await print(`${accessToken}\n`);
}
