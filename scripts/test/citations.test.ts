import { expect, test } from "vitest";
import { findBadCitations } from "../repository/find-bad-citations.ts";
import { readRepository } from "../repository/read-repository.ts";
import { repository } from "./support/repository.ts";

const guide = "# Guide\n\n## 3. Tokens\n\n### 3.2 Requests\n\n## 10. Limits\n\n## Not numbered\n";

/** Returns what is wrong with the citations of one file, beside a guide with the sections 3, 3.2 and 10. */
const check = (text: string, path = "packages/auth/src/a.ts"): string[] =>
  findBadCitations(
    new Map([
      ["docs/guide.md", guide],
      [path, text],
    ]),
  );

test("Every citation in the repository resolves to a heading of docs/ or to an RFC", () => {
  expect(findBadCitations(readRepository(repository).texts)).toEqual([]);
});

test.for([
  "/** Waits (docs/guide.md §3.2). */",
  "// Waits (docs/guide.md §3 and §10), as RFC 6749 section 5.2 says.",
  "/**\n * Waits (docs/guide.md\n * §3.2), because RFC\n * 7523 section 2.1 says so.\n */",
  "// RFC 7523 has the details.",
])("A citation of a section or an RFC that exists is accepted: %j", text => {
  expect(check(text)).toEqual([]);
  expect(check(text, "openapi/overlays/a.yaml")).toEqual([]);
  expect(check(text, "packages/auth/README.md")).toEqual([]);
});

test("A section without a document is one of the same document inside docs/, and an error elsewhere", () => {
  expect(check("## 1. Start\n\nSee §1. See [the guide](guide.md), §3.2.", "docs/other.md")).toEqual([]);
  expect(check("## 1. Start\n\nSee [the guide](guide.md), §3.2. See §2.", "docs/other.md")).toEqual([
    "docs/other.md:3: docs/other.md has no section 2",
  ]);
  expect(check("// See §3.2.")).toEqual(["packages/auth/src/a.ts:1: §3.2 does not name its document"]);
  expect(check("// See docs/guide.md. As §3.2 says,")).toEqual([
    "packages/auth/src/a.ts:1: §3.2 does not name its document",
  ]);
});

test.for([
  ["docs/guide.md §3.3", "docs/guide.md has no section 3.3"],
  ["docs/guide.md §3 and §4", "docs/guide.md has no section 4"],
  ["docs/guide.md §3.2.1", "docs/guide.md has no section 3.2.1"],
  ["docs/missing.md §3", "docs/missing.md does not exist"],
  ["docs/missing.md", "docs/missing.md does not exist"],
  ["RFC 6749 section 13.1", "RFC 6749 has no section 13"],
  ["RFC 1149", "RFC 1149 is not in scripts/repository/rfc-sections.json"],
  ["RFC 6749, section 5.2", '"RFC 6749, section" is not of the form "RFC 6749 section N"'],
  ["RFC 6901, 6", '"RFC 6901, 6" is not of the form "RFC 6901 section N"'],
  ["RFC7523 section 2.1", '"RFC7523 section 2.1" is not of the form "RFC 7523 section N"'],
  ["facts 3.2", '"facts 3.2" cites a document that is not in this repository'],
  ["vendor guide, rule 7", '"vendor guide, rule 7" cites a document that is not in this repository'],
  ["rules 4 to 6", '"rules 4" cites a document that is not in this repository'],
  ["auth-scenarios", '"auth-scenarios" cites a document that is not in this repository'],
] as const)("The citation %j is reported with its file and line", ([citation, problem]) => {
  expect(check(`export const a = 1;\n/** Waits (${citation}). */`)).toEqual([`packages/auth/src/a.ts:2: ${problem}`]);
});
