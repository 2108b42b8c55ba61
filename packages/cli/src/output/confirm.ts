import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { CommandError } from "../errors/command-error.js";
import { UsageError } from "../errors/usage-error.js";

/**
 * Asks on the terminal whether to send a write.
 *
 * @param request names the request, such as `DELETE /qbench/api/v2/orders/1`
 * @throws UsageError if stdin and stderr are not a terminal, or if stdin has ended
 * @throws CommandError if the answer is not yes, or if the user ends the input with Ctrl-D
 */
export async function confirmWrite(request: string, origin: string, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY || process.stdin.readableEnded) {
    throw new UsageError(`${request} can change data. To send it without a question, add --yes.`);
  }
  // Without `terminal`, Ctrl-C stays a signal, which ends the command as usual.
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  // The question itself stays pending if the input ends.
  const end = once(terminal, "close").then(() => "\n");
  try {
    const question = terminal.question(`Send ${request} to ${origin}? [y/N] `, { signal });
    const answer = await Promise.race([question, end]);
    // Ctrl-D leaves the cursor behind the question.
    if (answer === "\n") process.stderr.write(answer);
    if (!/^\s*y(?:es)?\s*$/i.test(answer)) throw new CommandError("Nothing was sent.");
  } finally {
    terminal.close();
  }
}
