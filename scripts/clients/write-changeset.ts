import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeIfChanged } from "../command/write-file.ts";
import { bumpFor, type Change } from "../document/compare/change.ts";
import { formatChanges } from "../document/compare/format-changes.ts";

export interface ChangesetOptions {
  root: string;
  client: string;
  /** The first client's types are also the default of the client package. */
  isFirst: boolean;
  /** Undefined for the first document of an API. */
  changes: readonly Change[] | undefined;
}

/** Writes the changeset for changes of an API: the bump that they need, and the changelog entry. Returns its path. */
export async function writeChangeset({
  root,
  client,
  isFirst,
  changes,
}: ChangesetOptions): Promise<string | undefined> {
  const bump = changes === undefined ? "minor" : bumpFor(changes);
  if (bump === undefined) return undefined;
  const packages = ["@qbench-sdk/types", ...(isFirst ? ["@qbench-sdk/client"] : [])];
  const front = packages.map(name => `"${name}": ${bump}`).join("\n");
  const entry =
    changes === undefined
      ? `The API of \`${client}\` is new, as \`@qbench-sdk/types/${client}\`.`
      : `The API of \`${client}\` changed.\n\n${formatChanges(changes, client)}`;
  const text = `---\n${front}\n---\n\n${entry}\n`;
  const file = `.changeset/api-${client}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}.md`;
  await writeIfChanged(join(root, file), text);
  return file;
}
