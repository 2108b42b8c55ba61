import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { getReleasePlan } from "@changesets/get-release-plan";
import { CommandError } from "./command-error.ts";

export interface ReleasePlan {
  /** Packages that the changesets give a new version, in the order of their names. */
  versions: { name: string; from: string; to: string; bump: string }[];
  /** Versions that the registry does not have yet, in the order of their names. */
  publishes: { name: string; version: string }[];
}

/** Returns what a release would version and publish. Reads the changesets, the manifests and the registry only. */
export async function planRelease(root: string): Promise<ReleasePlan> {
  const { releases } = await getReleasePlan(root);
  const versions = releases
    .flatMap(({ name, oldVersion: from, newVersion: to, type: bump }) =>
      bump === "none" || from === undefined || to === undefined ? [] : [{ name, from, to, bump }],
    )
    .toSorted((a, b) => a.name.localeCompare(b.name));
  const publishes = await Promise.all(
    publicPackages(root).map(async ({ name, version }) => {
      const next = versions.find(each => each.name === name)?.to ?? version;
      return (await publishedVersions(root, name)).includes(next) ? [] : [{ name, version: next }];
    }),
  );
  return { versions, publishes: publishes.flat() };
}

/** Formats the plan for people. */
export function formatPlan({ versions, publishes }: ReleasePlan, registry: string): string {
  const list = (lines: readonly string[]) => (lines.length === 0 ? ["  nothing"] : lines.map(line => `  ${line}`));
  return [
    "Would version:",
    ...list(versions.map(({ name, from, to, bump }) => `${name} ${from} -> ${to} (${bump})`)),
    `Would publish to ${registry}:`,
    ...list(publishes.map(({ name, version }) => `${name}@${version}`)),
  ].join("\n");
}

interface Manifest {
  name: string;
  version: string;
  private?: boolean;
}

function publicPackages(root: string): Manifest[] {
  const files = globSync("packages/{*,internal/*}/package.json", { cwd: root }).toSorted();
  const manifests = files.map((file): Manifest => JSON.parse(readFileSync(join(root, file), "utf8")));
  return manifests.filter(manifest => manifest.private !== true);
}

async function publishedVersions(root: string, name: string): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)("npm", ["view", name, "versions", "--json"], {
      cwd: root,
      shell: process.platform === "win32",
    });
    const versions: string | string[] = JSON.parse(stdout);
    return [versions].flat();
  } catch (error) {
    const output = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
    if (output.includes('"E404"')) return [];
    throw new CommandError(`npm view ${name} failed. Check the registry in .npmrc: ${output.trim() || error}`);
  }
}
