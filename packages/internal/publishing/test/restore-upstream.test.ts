import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { restoreUpstream } from "../src/restore-upstream.ts";

const repository = join(import.meta.dirname, "../../../..");

it("a company's copy starts the tests with the versions, changelogs, changesets and documents of upstream", async () => {
  const root = await mkdtemp(join(tmpdir(), "company-"));
  onTestFinished(() => rm(root, { recursive: true }));
  const manifest = join(root, "packages/auth/package.json");
  const changelog = join(root, "packages/auth/CHANGELOG.md");
  const company = join(root, "company.json");
  const main = join(root, "openapi/main.json");
  await cp(join(repository, "openapi"), join(root, "openapi"), { recursive: true });
  await cp(join(repository, "packages/auth/package.json"), manifest);
  await writeFile(company, '{ "scope": "@acme" }');
  await writeFile(manifest, (await readFile(manifest, "utf8")).replace(/"version": ".+"/, '"version": "1.2.0"'));
  await writeFile(changelog, "# 1.2.0\n");
  await writeFile(main, '{ "openapi": "3.1.0", "paths": {} }');
  await restoreUpstream(root);
  expect(JSON.parse(await readFile(manifest, "utf8")).version).toBe("0.0.0");
  expect([company, changelog].filter(existsSync)).toEqual([]);
  expect(await readdir(join(root, ".changeset"))).toEqual(["first-release.md"]);
  expect(JSON.parse(await readFile(main, "utf8"))["x-source"]).toBe("qbench-sdk/emulator");
});
