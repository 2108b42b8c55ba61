import { CommandError } from "../command/command-error.ts";
import { explainFailure } from "../command/run-command.ts";
import type { Client } from "./read-clients.ts";

/**
 * Runs a command's work for each client, one after the other. A failing client does not stop the others: this function
 * prints its error, and throws at the end. The error of a single client is thrown as it is.
 */
export async function runForClients(clients: readonly Client[], run: (client: Client) => Promise<void>): Promise<void> {
  const failed: string[] = [];
  for (const client of clients) {
    try {
      await run(client);
    } catch (error) {
      if (clients.length === 1) throw error;
      process.stderr.write(`${client.name}: ${explainFailure(error)}\n`);
      failed.push(client.name);
    }
  }
  if (failed.length > 0)
    throw new CommandError(
      `${failed.length} of ${clients.length} API clients failed: ${failed.join(", ")}. Their errors are above.`,
    );
}
