import { dirname } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { type PullResult, pullClient } from "./clients/pull-client.ts";
import { readClients } from "./clients/read-clients.ts";
import { writeChangeset } from "./clients/write-changeset.ts";
import { loadEnv } from "./command/load-env.ts";
import { runCommand } from "./command/run-command.ts";
import { tellChanges } from "./document/compare/format-changes.ts";
import type { Finding } from "./document/normalise/finding.ts";

const usage = "pnpm openapi:pull [--client NAME | --all] [--from FILE|URL|-]";

await runCommand(usage, async () => {
  const { values } = parseArgs({
    options: { client: { type: "string" }, all: { type: "boolean" }, from: { type: "string" } },
  });
  const root = dirname(import.meta.dirname);
  const clients = await readClients(root);
  const names = values.all === true ? clients.map(({ name }) => name) : [values.client];
  for (const client of names) {
    const pulled = await pullClient({ root, env: loadEnv(root), client, from: values.from });
    const isFirst = pulled.client === clients[0].name;
    const changeset = await writeChangeset({ root, client: pulled.client, isFirst, changes: pulled.changes });
    process.stdout.write(`${summarise(pulled, changeset)}\n`);
  }
});

function summarise(pulled: PullResult, changeset: string | undefined): string {
  const { client, source, file, changed, operations, schemas, findings, changes = [] } = pulled;
  const lines = [`${client}: ${source}`, `${operations} operations, ${schemas} schemas`, "", tabulate(findings), ""];
  if (changes.length > 0) lines.push(tellChanges(changes), "");
  lines.push(`${file} ${changed ? "written" : "is unchanged"}`);
  if (changeset !== undefined) lines.push(`${changeset} written: review it, and commit it with the document`);
  return lines.join("\n");
}

/** What was mended on the way, and how often. */
function tabulate(findings: readonly Finding[]): string {
  const table = new Table({ head: ["Mended", "Times"], colAligns: ["left", "right"], style: { head: [], border: [] } });
  table.push(...findings.map(({ what, count }) => [what, count]));
  return table.toString();
}
