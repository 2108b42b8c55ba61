import { createInterface } from "node:readline/promises";
import { CommandError } from "../errors/command-error.js";
import { UsageError } from "../errors/usage-error.js";

/**
 * Asks on the terminal whether to send a write.
 *
 * @param request names the request, such as `DELETE /qbench/api/v2/orders/1`
 * @throws UsageError if stdin and stderr are not a terminal
 * @throws CommandError if the answer is not yes
 */
export async function confirmWrite(request: string, origin: string, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(`${request} can change data. To send it without a question, add --yes.`);
  }
  // Without `terminal`, Ctrl-C stays a signal, which ends the command as usual.
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const answer = await terminal.question(`Send ${request} to ${origin}? [y/N] `, { signal });
    if (!/^\s*y(?:es)?\s*$/i.test(answer)) throw new CommandError("Nothing was sent.");
  } finally {
    terminal.close();
  }
}
