import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeIfChanged } from "../command/write-file.ts";
import { bumpFor, type Change } from "../document/compare/change.ts";
import { tellChanges } from "../document/compare/format-changes.ts";

export interface ChangesetOptions {
  root: string;
  client: string;
  /** The first client's types are also the default of the client package. */
  isFirst: boolean;
  /** Undefined for a client that there was no document of. */
  changes: readonly Change[] | undefined;
}

/** Writes the changeset that releases changes of an API: the bump they need, and what they are as the changelog's entry. */
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
  const told =
    changes === undefined
      ? `The API of \`${client}\` is new, as \`@qbench-sdk/types/${client}\`.`
      : `The API of \`${client}\` changed.\n\n${tellChanges(changes)}`;
  const text = `---\n${front}\n---\n\n${told}\n`;
  const file = `.changeset/api-${client}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}.md`;
  await writeIfChanged(join(root, file), text);
  return file;
}
