import { getReleasePlan } from "@changesets/get-release-plan";
import { CommandError } from "../command/command-error.ts";
import { type Company, publishedName } from "./company.ts";
import { publicPackages } from "./public-packages.ts";
import type { Registry } from "./registry.ts";

export interface ReleasePlan {
  /** Whether there are changesets, also if they name no package. */
  hasChangesets: boolean;
  /** Packages that the changesets give a new version, by their published names. */
  versions: { name: string; from: string; to: string; bump: string }[];
  /** Versions that the registry does not have yet. */
  publishes: { name: string; version: string }[];
}

/** Returns what a release would version and publish. Reads the changesets, the manifests and the registry only. */
export async function planRelease(root: string, { scope }: Company, registry: Registry): Promise<ReleasePlan> {
  const { changesets, releases } = await getReleasePlan(root);
  const packages = publicPackages(root);
  const versions = releases.flatMap(({ name, oldVersion: from, newVersion: to, type: bump }) =>
    bump === "none" || from === undefined || to === undefined
      ? []
      : [{ name: publishedName(name, scope), from, to, bump }],
  );
  const publishes = await Promise.all(
    packages.map(async each => {
      const name = publishedName(each.name, scope);
      const version = versions.find(planned => planned.name === name)?.to ?? each.version;
      return (await registry.has(name, version)) ? [] : [{ name, version }];
    }),
  );
  return {
    hasChangesets: changesets.length > 0,
    versions: versions.toSorted((a, b) => a.name.localeCompare(b.name)),
    publishes: publishes.flat(),
  };
}

/** Throws if the changesets cannot be released: if they name no package, or versions that another owner published. */
export function checkPlan({ hasChangesets, versions, publishes }: ReleasePlan, { url }: Registry): void {
  if (!hasChangesets) return;
  if (versions.length === 0)
    throw new CommandError(
      "The changesets name no published package, so nothing would be published. Delete them, or name packages with pnpm changeset.",
    );
  const taken = versions.filter(({ name, to }) => !publishes.some(each => each.name === name && each.version === to));
  if (taken.length > 0)
    throw new CommandError(
      `${url} already has ${taken.map(({ name, to }) => `${name}@${to}`).join(", ")}, but this branch still has the changesets of that release. Another owner released it from another clone: ask for its commits to be pushed, and run git pull. If they are lost, raise the versions in the package.json files.`,
    );
}

/** Formats the plan for people. */
export function formatPlan({ versions, publishes }: ReleasePlan, registry: Registry): string {
  const list = (lines: readonly string[]) => (lines.length === 0 ? ["  nothing"] : lines.map(line => `  ${line}`));
  return [
    "Would version:",
    ...list(versions.map(({ name, from, to, bump }) => `${name} ${from} -> ${to} (${bump})`)),
    `Would publish to ${registry.url}:`,
    ...list(publishes.map(({ name, version }) => `${name}@${version}`)),
    "",
  ].join("\n");
}
