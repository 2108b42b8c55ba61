import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseMarkdown } from "../repository/parse-markdown.ts";
import { repository } from "./support/repository.ts";

const read = (path: string): string => readFileSync(join(repository, path), "utf8");

/** Returns the texts in code spans, without the backslashes that a table needs. */
const spansOf = (markdown: string): string[] =>
  parseMarkdown(markdown).code.flatMap(({ text, language }) => (language === undefined ? [text] : []));

/** Returns the rows of the tables whose first column has this heading: the texts in the code spans of that column. */
function columnOf(markdown: string, heading: string): string[] {
  const spans: string[] = [];
  let isInTable = false;
  for (const line of markdown.split("\n")) {
    const [, first] = /^\s*\| *(.*?) *(?<!\\)\|/.exec(line) ?? [];
    if (first === undefined) isInTable = false;
    else if (first === heading) isInTable = true;
    else if (isInTable) spans.push(...spansOf(first));
  }
  return spans;
}

/** Returns what programs can decide by: the classes of errors, and the values of their properties. */
function decisionsIn(report: string): string[] {
  const classes = [...report.matchAll(/(?:class|export \{) (QBench\w*Error)\b/g)].map(([, name = ""]) => name);
  const named = report.matchAll(/type \w+(?:Code|Reason|Phase) = ((?:\| )?"[^;]+);/g);
  const members = report.matchAll(/\b(?:code|reason|state)\??: ((?:"\w+"(?: \| )?)+);/g);
  const values = [...named, ...members].flatMap(([, union = ""]) => union.match(/\w+/g) ?? []);
  return [...classes, ...values];
}

describe("docs/troubleshooting.md", () => {
  const page = read("docs/troubleshooting.md");

  // The emulator's report has no errors, but the types of records, which have a state too.
  test.for(globSync("packages/{auth,client,redis}/api/*.api.md", { cwd: repository }))(
    "names each error class, code, reason, phase and state of %s",
    report => {
      const spans = new Set(spansOf(page));
      expect(decisionsIn(read(report)).filter(each => !spans.has(each))).toEqual([]);
    },
  );

  test("the reports have the classes and values that programs decide by", () => {
    expect(decisionsIn(read("packages/auth/api/index.api.md"))).toEqual(
      expect.arrayContaining(["QBenchError", "QBenchAuthError", "invalid_client", "certificate_rejected"]),
    );
    expect(decisionsIn(read("packages/client/api/index.api.md"))).toEqual(
      expect.arrayContaining(["QBenchInputError", "QBenchRateLimitError", "certificate", "total", "no_url", "unsent"]),
    );
    expect(decisionsIn('type XPhase = "a" | "b";\nreadonly reason: "c" | "d";\nstate: string;\n')).toEqual([
      "a",
      "b",
      "c",
      "d",
    ]);
  });

  test("names only options, codes and events that the sources have", () => {
    const words = new Set([...sourceTexts()].flatMap(text => text.match(/[\w-]+/g) ?? []));
    // The section about npm, Node and TypeScript comes first.
    const [, ofSources = ""] = page.split(/^(?=## Access tokens)/m);
    const named = spansOf(ofSources).filter(span => /^[a-z][\w.-]*$/.test(span));
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(name => !name.split(".").every(part => words.has(part)))).toEqual([]);
  });

  test("names only error classes that exist", () => {
    const sources = [...sourceTexts()].join("\n");
    const named = spansOf(page).flatMap(span => span.match(/^[A-Z]\w*Error$/) ?? []);
    const unknown = named.filter(name => !sources.includes(`class ${name} `) && !sources.includes(`class ${name}<`));
    // Names of JavaScript, and the type of an error of the API.
    expect(new Set(unknown)).toEqual(new Set(["TypeError", "AuthError"]));
  });
});

describe.for(["docs/troubleshooting.md", "docs/publishing.md"])("%s", page => {
  test("quotes only messages that the sources have", () => {
    const quoted = columnOf(read(page), "message");
    expect(quoted.length).toBeGreaterThan(8);
    const sources = [...sourceTexts()].map(text => joinTexts(text));
    expect(quoted.filter(message => !sources.some(text => text.includes(message)))).toEqual([]);
  });
});

test("A message that no source has is found", () => {
  const table =
    "| message | fix |\n| --- | --- |\n| `Not a date:`, `Not a year:` | a |\n\n| other |\n| --- |\n| `b` |\n";
  expect(columnOf(table, "message")).toEqual(["Not a date:", "Not a year:"]);
  expect(joinTexts('fail("It is " +\n    "not", "a \\"b\\"")')).toBe('fail("It is not", "a "b"")');
});

/** Joins texts that a line break divides. */
const joinTexts = (source: string): string => source.replaceAll(/["`] \+\n\s*["`]/g, "").replaceAll(/\\(["`])/g, "$1");

function* sourceTexts(): Generator<string> {
  const files = globSync(["packages/*/src/**/*.ts", "scripts/**/*.ts"], {
    cwd: repository,
    exclude: ["**/node_modules/**", "scripts/test/**", "packages/types/src/**"],
  });
  for (const file of files) yield read(file);
}
