import { Command } from "@commander-js/extra-typings";
import fc from "fast-check";
import { fromMarkdown } from "mdast-util-from-markdown";
import ts from "typescript";
import { visit } from "unist-util-visit";
import { afterEach, expect, it, vi } from "vitest";
import { CommandError } from "../command/command-error.ts";
import { runCommand } from "../command/run-command.ts";
import { compareDocuments } from "../document/compare/compare-documents.ts";
import { formatAllChanges, formatChanges } from "../document/compare/format-changes.ts";
import { codeOf } from "../document/compare/words.ts";
import type { JsonObject } from "../document/model/json.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { formatDocument } from "../document/normalise/sort-document.ts";
import { generateOutline } from "../types/generate-outline.ts";
import { generateTypes } from "../types/generate-types.ts";
import { base } from "./support/api-changes.ts";

const hidden = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{DI}\p{Zl}\p{Zp}]/u;

/** Makes texts that control a terminal, hide, or are Markdown, HTML or the end of a comment. */
const evilText = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.constantFrom(
        ...[
          "\u001b[2J",
          "\u001b]0;title\u0007",
          "\u009b31m",
          "\r\n",
          "\n\n# h\n\n",
          "\u0085",
          "\u2028",
          "\u202e",
          "\u200b",
        ],
        ...["\u{e0041}", "\ud800", "\ufeff", "\t", " ", "`", "``", "](https://evil.example)", "![x](y)", "<script>"],
        ...[
          "https://evil.example",
          "**b**",
          "\n- item",
          "\\",
          "*/",
          "/*",
          "//",
          '"',
          "'",

          "&lt;",
          "| a |",
          "~~~",
        ],
        ...["x".repeat(300), "{", "}", "Schema", "Order"],
      ),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map(parts => parts.join(""));

/** Names and texts of the document before the change, at every kind of place. */
const texts = ["kind", "WATER", "notes", "Free text", "tags", "total", "error_type", "Not Found", "order_id", "remark"];

/** Returns the document with some texts replaced, both as names and as values. */
const evilDocument = fc
  .record(Object.fromEntries(texts.map(text => [text, fc.option(evilText)])))
  .map((replacements): JsonObject => {
    const json = Object.entries(replacements).reduce(
      (text, [from, to]) => (to === null ? text : text.replaceAll(`"${from}"`, () => JSON.stringify(to))),
      JSON.stringify(base()),
    );
    return JSON.parse(json);
  });

/** Returns the normalized document, or undefined if the pipeline rejects it. */
function normal(document: JsonObject): JsonObject | undefined {
  try {
    return normaliseDocument(document).document;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** Returns the kinds of Markdown in a text. */
function kindsOf(markdown: string): Set<string> {
  const kinds = new Set<string>();
  visit(fromMarkdown(markdown), ({ type }) => void kinds.add(type));
  return kinds;
}

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

it("A changelog has one line for each change and no Markdown of a document, whatever names it has", () => {
  const before = normal(base()) ?? {};
  const allowed = new Set(["root", "paragraph", "strong", "text", "list", "listItem", "inlineCode"]);
  fc.assert(
    fc.property(evilDocument, document => {
      const after = normal(document);
      if (after === undefined) return;
      for (const changes of [compareDocuments(before, after), compareDocuments(after, before)]) {
        const all = formatAllChanges(changes);
        expect(all.split("\n").filter(line => line.startsWith("- "))).toHaveLength(changes.length);
        for (const text of [all, formatChanges(changes, "main")]) {
          expect(text).not.toMatch(hidden);
          expect([...kindsOf(text)].filter(kind => !allowed.has(kind))).toEqual([]);
          for (const line of text.split("\n")) expect(line).toMatch(/^(- `.|\*\*\w+|And \d+ more\.|$)/);
        }
      }
    }),
    { numRuns: 60 },
  );
});

it("Code in a changelog is never empty, because two backticks alone would begin a longer piece of code", () => {
  expect(["", "\u200b", " \n"].map(codeOf)).toEqual(["` `", "` `", "` `"]);
});

it("Code in a changelog is cut off between two characters, not within an emoji", () => {
  expect(codeOf(`a${"😀".repeat(100)}`)).toBe(`\`a${"😀".repeat(39)}…\``);
});

it("A committed document, its types and its outline have no invisible characters, and mean the same", async () => {
  await fc.assert(
    fc.asyncProperty(evilDocument, async document => {
      const after = normal(document);
      if (after === undefined) return;
      const text = formatDocument(after);
      expect(text).not.toMatch(hidden);
      expect(JSON.parse(text)).toEqual(after);
      const types = await generateTypes("main", after).catch(error => {
        if (error instanceof CommandError) return "";
        throw error;
      });
      for (const code of [types, generateOutline("main", after)]) {
        expect(code).not.toMatch(hidden);
        expect(ts.transpileModule(code, { reportDiagnostics: true }).diagnostics).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
});

it("A command reports an error on one short line without control characters, whatever a server sent", async () => {
  const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  await fc.assert(
    fc.asyncProperty(evilText, fc.boolean(), async (text, isKnown) => {
      write.mockClear();
      const message = `${text} Bearer ${token} ${"x".repeat(5000)}`;
      const error = isKnown ? new CommandError(message) : new Error(message);
      const command = new Command("test").action(() => Promise.reject(error));
      await runCommand(command, []);
      const shown = write.mock.calls.join("");
      expect(shown).not.toMatch(hidden);
      expect(shown).not.toContain(token);
      const [first = "", ...calls] = shown.trimEnd().split("\n");
      expect(first.length).toBeLessThanOrEqual(1000);
      if (isKnown) expect(calls).toEqual([]);
      else for (const call of calls) expect(call).toMatch(/^ {4}at /);
    }),
  );
});
