import { CommandError } from "../command/command-error.ts";
import type { Clone } from "./git.ts";
import type { Registry } from "./registry.ts";
import type { StagedPackage } from "./stage-packages.ts";

/**
 * Publishes the packages whose versions the registry lacks, and tags each version after it is published. A version in
 * the registry without a tag comes from an interrupted release if its content is the same. Otherwise this function
 * throws before it publishes anything.
 *
 * @returns the versions that this call published, and the tags of all versions of this commit
 */
export async function publishPackages(
  packages: readonly StagedPackage[],
  registry: Registry,
  clone: Clone,
): Promise<{ published: string[]; tags: string[] }> {
  const tags = await clone.tags();
  const states = await Promise.all(
    packages.map(async staged => {
      const tag = `${staged.name}@${staged.version}`;
      const isTagged = tags.has(tag);
      const isPublished = await registry.has(staged.name, staged.version);
      const isForeign = isPublished && !isTagged && !(await registry.hasSameContent(staged));
      return { staged, tag, isTagged, isPublished, isForeign };
    }),
  );
  const foreign = states.filter(({ isForeign }) => isForeign).map(({ tag }) => tag);
  if (foreign.length > 0)
    throw new CommandError(
      `${registry.url} already has ${foreign.join(", ")} with other content, and this clone has no tag for it. Another owner released it from another clone: ask for its commit and tags to be pushed, and run git pull. If they are lost, add a changeset, so that the next release has another version. Nothing was published.`,
    );
  const published: string[] = [];
  for (const { staged, tag, isTagged, isPublished } of states) {
    if (!isPublished) {
      await registry.publish(staged);
      published.push(tag);
    }
    if (!isTagged) await clone.tag(tag);
  }
  return { published, tags: states.map(({ tag }) => tag) };
}
