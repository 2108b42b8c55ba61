import { expect, test } from "vitest";
import { findBrokenLinks } from "../repository/find-broken-links.ts";
import { readRepository } from "../repository/read-repository.ts";
import { repository } from "./support/repository.ts";

/** Returns the broken links of `docs/a.md`, beside a README with the headings "Get `started`" and twice "Use". */
function check(text: string): string[] {
  const texts = new Map([
    ["README.md", "# Get `started`\n\n## Use\n\n## Use\n"],
    ["docs/a.md", text],
  ]);
  return findBrokenLinks({ paths: new Set([...texts.keys(), "packages/auth/src/index.ts"]), texts });
}

test("Every relative link in the repository's Markdown leads to a file, a folder or a heading", () => {
  expect(findBrokenLinks(readRepository(repository))).toEqual([]);
});

test.for([
  "[file](../README.md)",
  "[anchor](../README.md#get-started)",
  "[second of two headings](../README.md#use-1)",
  "[folder](../packages/auth), [folder](../packages/auth/)",
  "[root](..), [its README](..#use), [from the root](/README.md)",
  "# Here\n\n[here](#here)",
  "[reference]\n\n[reference]: ../README.md",
  "[elsewhere](https://example.com/missing.md), [mail](mailto:a@example.com)",
  "`[code](missing.md)`",
  "```md\n[code](missing.md)\n```",
])("A link that leads somewhere is accepted: %j", text => {
  expect(check(text)).toEqual([]);
});

test.for([
  ["[file](missing.md)", "missing.md", "docs/missing.md does not exist"],
  ["[folder](../packages/client)", "../packages/client", "packages/client does not exist"],
  ["[anchor](../README.md#install)", "../README.md#install", "README.md has no heading with the anchor #install"],
  ["[own](#there)", "#there", "docs/a.md has no heading with the anchor #there"],
  ["![image](logo.svg)", "logo.svg", "docs/logo.svg does not exist"],
  ["[reference]: gone.md", "gone.md", "docs/gone.md does not exist"],
  ["[malformed](100%.md)", "100%.md", "docs/100%.md does not exist"],
  ["| a |\n| - |\n| [cell](gone.md) |", "gone.md", "docs/gone.md does not exist"],
] as const)("The broken link in %j is reported with its file and line", ([text, url, problem]) => {
  const line = 2 + text.split("\n").length;
  expect(check(`# Title\n\n${text}\n`)).toEqual([`docs/a.md:${line}: broken link "${url}": ${problem}`]);
});
