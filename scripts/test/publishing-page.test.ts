import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeCompany } from "../publish/company.ts";
import { parseCommands } from "../repository/parse-commands.ts";
import { parseMarkdown } from "../repository/parse-markdown.ts";
import { emptyRoot, repository } from "./support/repository.ts";

const page = readFileSync(join(repository, "docs/publishing.md"), "utf8");
const [, registries = ""] = /^## Registries\n([\s\S]*?)^## /m.exec(page) ?? [];

/** The sections of registries, each with the address that its `pnpm company` sets. */
const sections = registries.split(/^### /m).flatMap(text => {
  const code = parseMarkdown(text).code.map(each => each.text);
  const words = code.flatMap(each => parseCommands(each)).find(each => each.words[1] === "company")?.words ?? [];
  const url = words[words.indexOf("--registry") + 1];
  return words.includes("--registry") && url !== undefined ? [{ title: text.split("\n")[0] ?? "", url, code }] : [];
});

describe("docs/publishing.md", () => {
  test("has a section for each of the five registries", () => {
    expect(sections.map(({ title }) => title)).toEqual([
      "GitHub Packages",
      "Azure Artifacts",
      "AWS CodeArtifact",
      "GitLab",
      "Verdaccio",
    ]);
  });

  test.for(sections)("the lines for $title name the registry that pnpm company sets", async ({ url, code }) => {
    const settings = code.flatMap(each => each.split("\n"));
    expect(settings).toContain(`@acme:registry=${url}`);
    // npm finds the credentials by the address without its protocol, with a slash at its end.
    const key = `${url.replace(/^https:|\/$/g, "")}/:`;
    const credentials = settings.filter(each => each.startsWith(key)).map(each => each.slice(key.length));
    expect(credentials.join("\n")).toMatch(/^(?:_authToken|username=acme\n_password)=\$\{[A-Z0-9_]+\}/);
    // The address is one that company.json accepts.
    expect(await writeCompany(await emptyRoot(), { scope: "@acme", registry: url })).toBe(true);
  });
});
