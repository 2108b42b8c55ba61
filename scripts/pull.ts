import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { loadEnv } from "./load-env.ts";
import { type PullResult, pullClient } from "./pull-client.ts";
import { runCommand } from "./run-command.ts";

const usage = "pnpm openapi:pull [--client NAME] [--from FILE|URL|-]";

await runCommand(usage, async () => {
  const { values } = parseArgs({ options: { client: { type: "string" }, from: { type: "string" } } });
  const root = dirname(import.meta.dirname);
  process.stdout.write(summarise(await pullClient({ root, env: loadEnv(root), ...values })));
});

function summarise({ client, source, file, changed, operations, schemas, findings }: PullResult): string {
  const mends = findings.map(({ what, count }) => `${what} (${count})`).join(", ");
  return `${client}: ${source}
  ${operations} operations, ${schemas} schemas
  mended: ${mends || "nothing"}
  ${file} ${changed ? "written" : "is unchanged"}
`;
}
