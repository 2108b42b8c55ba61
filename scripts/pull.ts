import { dirname } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import Table from "cli-table3";
import { type PullResult, pullClient } from "./clients/pull-client.ts";
import { chooseClient, readClients } from "./clients/read-clients.ts";
import { runForClients } from "./clients/run-for-clients.ts";
import { writeChangeset } from "./clients/write-changeset.ts";
import { loadEnv } from "./command/load-env.ts";
import { printable } from "./command/plain-text.ts";
import { runCommand } from "./command/run-command.ts";
import { formatChanges } from "./document/compare/format-changes.ts";
import type { Finding } from "./document/normalise/finding.ts";

const command = new Command("pnpm openapi:pull")
  .description("Writes an API client's document to openapi/, and a changeset for what changed in it.")
  .option("--client <name>", "the client of openapi/clients.json (default: the first one)")
  .addOption(new Option("--all", "pull the documents of all clients").conflicts(["client", "from"]))
  .option("--from <source>", "read the document from a file, an address or - for stdin, not from the docs page")
  .action(async ({ client, all, from }) => {
    const root = dirname(import.meta.dirname);
    const clients = await readClients(root);
    const chosen = all === true ? clients : [chooseClient(clients, client)];
    await runForClients(chosen, async ({ name }) => {
      const pulled = await pullClient({ root, env: loadEnv(root), client: name, from });
      const isFirst = name === clients[0].name;
      const changeset = await writeChangeset({ root, client: name, isFirst, changes: pulled.changes });
      process.stdout.write(`${formatSummary(pulled, changeset)}\n`);
    });
  });

function formatSummary(pulled: PullResult, changeset: string | undefined): string {
  const { client, source, file, changed, operations, schemas, findings, changes } = pulled;
  const lines = [
    `${client}: ${printable(source)}`,
    `${operations} operations, ${schemas} schemas`,
    "",
    tabulate(findings),
    "",
  ];
  if (changes === undefined) lines.push(`This is the first document of the API, so it is not compared.`, "");
  else if (changes.length > 0) lines.push(formatChanges(changes, client), "");
  lines.push(changed ? `Wrote ${file}.` : `${file} is unchanged.`);
  if (changeset !== undefined) lines.push(`Wrote ${changeset}. Review it, and commit it with the document.`);
  return lines.join("\n");
}

function tabulate(findings: readonly Finding[]): string {
  const longest = Math.max(...findings.map(({ what }) => what.length), 0);
  const table = new Table({
    head: ["Repaired", "Times"],
    colWidths: [Math.min(longest, 100) + 2, 7],
    wordWrap: true,
    colAligns: ["left", "right"],
    style: { head: [], border: [] },
  });
  table.push(...findings.map(({ what, count }) => [printable(what), count]));
  return table.toString();
}

await runCommand(command);
