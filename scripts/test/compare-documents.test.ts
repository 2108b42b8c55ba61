import { describe, expect, it } from "vitest";
import { bumpFor } from "../document/compare/change.ts";
import { compareDocuments } from "../document/compare/compare-documents.ts";
import { formatChanges } from "../document/compare/format-changes.ts";
import type { JsonObject } from "../document/model/json.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { as, base, changes, inResponse, without } from "./support/api-changes.ts";

describe("The changelog", () => {
  it.each(changes)("the comparison judges and describes the change if %s", (_, edit, bump, words) => {
    const [before, after] = [base(), base()];
    edit(after);
    const found = compareDocuments(normaliseDocument(before).document, normaliseDocument(after).document);
    const text = formatChanges(found);
    expect({ bump: bumpFor(found), text }).toEqual({ bump, text: expect.stringMatching(words) });
  });

  it("the tests cover at least forty kinds of changes", () => {
    expect(changes.length).toBeGreaterThanOrEqual(40);
  });
});

describe("The text of the changelog", () => {
  it("the changelog begins with breaking changes and groups changes by subject", () => {
    const after = base();
    inResponse(without("notes"))(after);
    inResponse(as("colour", { type: "string" }))(after);
    inResponse(as("total", { type: "string" }))(after);
    const found = compareDocuments(normaliseDocument(base()).document, normaliseDocument(after).document);
    expect(formatChanges(found)).toMatchInlineSnapshot(`
      "**Breaking**

      - \`Order\`
        - \`notes\` was removed
        - \`total\` is \`string\`, was \`number\`

      **Added or relaxed**

      - \`Order\`: \`colour\` is new"
    `);
  });

  it("the changelog only counts changes beyond its limit", () => {
    const flood = Array.from(
      { length: 900 },
      (_, index) => ({ bump: "major", subject: `A${index}`, what: "was removed" }) as const,
    );
    expect(formatChanges(flood).split("\n").at(-1)).toBe("- and 400 more");
  });
});

describe("Documents that are hard to compare", () => {
  const nested = (type: string): JsonObject =>
    Array.from({ length: 200 }).reduce<JsonObject>(part => ({ allOf: [part] }), { type });
  const numbered = (prefix: string): JsonObject => ({
    type: "string",
    enum: Array.from({ length: 50_000 }, (_, index) => `${prefix}${index}`),
  });

  it.each([
    [
      "schemas nested 200 levels deep",
      inResponse(as("notes", nested("string"))),
      inResponse(as("notes", nested("number"))),
    ],
    ["enumerations of 50,000 values", inResponse(as("notes", numbered("a"))), inResponse(as("notes", numbered("b")))],
  ])("the comparison ends for %s", (_, was, is) => {
    const [before, after] = [base(), base()];
    was(before);
    is(after);
    const found = compareDocuments(normaliseDocument(before).document, normaliseDocument(after).document);
    expect(bumpFor(found)).toBe("major");
  });

  it("the comparison ends for parameters that refer to each other", () => {
    const cycle = (): JsonObject => {
      const refer = (name: string): JsonObject => ({ $ref: `#/components/parameters/${name}` });
      const document = normaliseDocument(base()).document;
      const operation = { parameters: [refer("A")], responses: {} };
      return {
        ...document,
        paths: { "/a": { get: operation } },
        components: { parameters: { A: refer("B"), B: refer("A") } },
      };
    };
    expect(compareDocuments(cycle(), cycle())).toEqual([]);
  });
});
