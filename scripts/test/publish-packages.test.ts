import { describe, expect, it } from "vitest";
import { publishPackages } from "../publish/publish-packages.ts";
import type { StagedPackage } from "../publish/stage-packages.ts";

interface Given {
  /** Versions in the registry, such as `a@1.0.0`. */
  registry?: string[];
  /** Those of them that have other content than what is published here. */
  foreign?: string[];
  tags?: string[];
  /** The version at which the registry fails. */
  failing?: string;
}

/** Publishes version 1.0.0 of three packages. Returns everything that is changed, in order. */
async function publish({ registry = [], foreign = [], tags = [], failing }: Given): Promise<string[]> {
  const changes: string[] = [];
  const packages = ["a", "b", "c"].map((name): StagedPackage => ({ name, version: "1.0.0", tarball: `${name}.tgz` }));
  const id = ({ name, version }: StagedPackage): string => `${name}@${version}`;
  await publishPackages(
    packages,
    {
      url: "https://npm.example/",
      has: async (name, version) => registry.includes(`${name}@${version}`),
      hasSameContent: async staged => !foreign.includes(id(staged)),
      publish: async staged => {
        if (id(staged) === failing) throw new Error("The registry fails.");
        changes.push(`publish ${id(staged)}`);
      },
    },
    {
      lock: async () => async () => {},
      tags: async () => new Set(tags),
      commitAll: async () => {},
      tag: async name => void changes.push(`tag ${name}`),
      push: async () => undefined,
    },
  ).catch(error => changes.push(String(error)));
  return changes;
}

describe("Publishing the packages", () => {
  it("publishes what the registry lacks, and tags each version after it is published", async () => {
    expect(await publish({ registry: ["b@1.0.0", "a@0.9.0"], tags: ["b@1.0.0"] })).toEqual([
      ...["publish a@1.0.0", "tag a@1.0.0", "publish c@1.0.0", "tag c@1.0.0"],
    ]);
  });

  it("tags what an interrupted release published, and publishes the rest", async () => {
    expect(await publish({ registry: ["a@1.0.0", "b@1.0.0"], tags: ["a@1.0.0"] })).toEqual([
      ...["tag b@1.0.0", "publish c@1.0.0", "tag c@1.0.0"],
    ]);
  });

  it("publishes nothing if another owner published one of the versions", async () => {
    expect(await publish({ registry: ["c@1.0.0"], foreign: ["c@1.0.0"] })).toEqual([
      expect.stringContaining("https://npm.example/ already has c@1.0.0 with other content"),
    ]);
  });

  it("accepts other content of a version that this repository has tagged, because its sources may have changed", async () => {
    const versions = ["a@1.0.0", "b@1.0.0", "c@1.0.0"];
    expect(await publish({ registry: versions, foreign: versions, tags: versions })).toEqual([]);
  });

  it("stops at the first package that the registry rejects, and has tagged those before it", async () => {
    expect(await publish({ failing: "b@1.0.0" })).toEqual([
      ...["publish a@1.0.0", "tag a@1.0.0", "Error: The registry fails."],
    ]);
  });
});
