import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readBuiltIn } from "@qbench-sdk/scripts/built-in-document";
import { formatDocument } from "@qbench-sdk/scripts/sort-document";

/**
 * Takes back what a company's copy changes: its settings, documents, versions, changelogs and released changesets. The
 * tests then start from the same state in every copy. In this repository itself there is nothing to take back.
 */
export async function restoreUpstream(root: string): Promise<void> {
  const company = join(root, "company.json");
  const isReleased = await restoreVersions(root);
  const isCompany = isReleased || existsSync(company);
  await rm(company, { force: true });
  await restoreDocuments(join(root, "openapi"), root);
  if (isCompany) await restoreChangesets(root);
}

const kept = new Set(["README.md", "clients.schema.json", "names.json", "overlays", "qbench.yaml", "main.json"]);

async function restoreDocuments(folder: string, root: string): Promise<void> {
  for (const path of [folder, join(folder, "overlays")]) {
    for (const name of await readdir(path)) if (!kept.has(name)) await rm(join(path, name), { recursive: true });
  }
  const main = {
    url: "QBENCH_URL",
    clientId: "QBENCH_CLIENT_ID",
    clientSecret: "QBENCH_CLIENT_SECRET",
    cookie: "QBENCH_DOCS_COOKIE",
  };
  await writeFile(join(folder, "clients.json"), `${JSON.stringify({ clients: { main } }, null, 2)}\n`);
  const file = join(folder, "main.json");
  const isTenants = !existsSync(file) || JSON.parse(await readFile(file, "utf8"))["x-source"] === undefined;
  if (isTenants) await writeFile(file, formatDocument(await readBuiltIn(root)));
}

/** Returns true if a package had another version than 0.0.0. */
async function restoreVersions(root: string): Promise<boolean> {
  let isReleased = false;
  for (const name of await readdir(join(root, "packages"))) {
    const file = join(root, "packages", name, "package.json");
    if (!existsSync(file)) continue;
    const text = await readFile(file, "utf8");
    const restored = text.replace(/"version": "[^"]+"/, '"version": "0.0.0"');
    isReleased ||= restored !== text;
    await writeFile(file, restored);
    await rm(join(root, "packages", name, "CHANGELOG.md"), { force: true });
  }
  return isReleased;
}

/** Replaces the changesets by one that releases every package as 0.1.0. */
async function restoreChangesets(root: string): Promise<void> {
  const folder = join(root, ".changeset");
  await mkdir(folder, { recursive: true });
  const old = (await readdir(folder)).filter(name => name.endsWith(".md") && name !== "README.md");
  for (const name of old) await rm(join(folder, name));
  const bumps = ["auth", "cli", "client", "emulator", "redis", "types"].map(name => `"@qbench-sdk/${name}": minor\n`);
  await writeFile(join(folder, "first-release.md"), `---\n${bumps.join("")}---\n\nThe first release.\n`);
}
