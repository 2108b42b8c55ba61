import { describe, expect, it } from "vitest";
import { bumpFor } from "../document/compare/change.ts";
import { compareDocuments } from "../document/compare/compare-documents.ts";
import { tellChanges } from "../document/compare/format-changes.ts";
import type { JsonObject } from "../document/model/json.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { as, base, changes, inAnswer, without } from "./support/api-changes.ts";

describe("A change of the API is told when", () => {
  it.each(changes)("%s", (_, edit, bump, words) => {
    const [before, after] = [base(), base()];
    edit(after);
    const found = compareDocuments(normaliseDocument(before).document, normaliseDocument(after).document);
    const told = tellChanges(found);
    expect({ bump: bumpFor(found), told }).toEqual({ bump, told: expect.stringMatching(words) });
  });

  it("covers at least forty of them", () => {
    expect(changes.length).toBeGreaterThanOrEqual(40);
  });
});

describe("The words", () => {
  it("begin with what breaks, and keep what belongs together together", () => {
    const after = base();
    inAnswer(without("notes"))(after);
    inAnswer(as("colour", { type: "string" }))(after);
    inAnswer(as("total", { type: "string" }))(after);
    const found = compareDocuments(normaliseDocument(base()).document, normaliseDocument(after).document);
    expect(tellChanges(found)).toMatchInlineSnapshot(`
      "**Breaking**

      - \`Order\`
        - \`notes\` is gone
        - \`total\` is \`string\`, was \`number\`

      **New, or more at ease**

      - \`Order\`: \`colour\` is new"
    `);
  });

  it("of a flood are counted", () => {
    const flood = Array.from(
      { length: 900 },
      (_, index) => ({ bump: "major", subject: `A${index}`, what: "is gone" }) as const,
    );
    expect(tellChanges(flood).split("\n").at(-1)).toBe("- and 400 more");
  });
});

describe("A comparison ends", () => {
  const nested = (type: string): JsonObject =>
    Array.from({ length: 200 }).reduce<JsonObject>(part => ({ allOf: [part] }), { type });
  const numbered = (prefix: string): JsonObject => ({
    type: "string",
    enum: Array.from({ length: 50_000 }, (_, index) => `${prefix}${index}`),
  });

  it.each([
    [
      "for parts inside of parts, 200 deep",
      inAnswer(as("notes", nested("string"))),
      inAnswer(as("notes", nested("number"))),
    ],
    ["for enumerations of 50,000", inAnswer(as("notes", numbered("a"))), inAnswer(as("notes", numbered("b")))],
  ])("%s", (_, was, is) => {
    const [before, after] = [base(), base()];
    was(before);
    is(after);
    const found = compareDocuments(normaliseDocument(before).document, normaliseDocument(after).document);
    expect(bumpFor(found)).toBe("major");
  });

  it("for parameters that refer to each other", () => {
    const circle = (): JsonObject => {
      const refer = (name: string): JsonObject => ({ $ref: `#/components/parameters/${name}` });
      const document = normaliseDocument(base()).document;
      const operation = { parameters: [refer("A")], responses: {} };
      return {
        ...document,
        paths: { "/a": { get: operation } },
        components: { parameters: { A: refer("B"), B: refer("A") } },
      };
    };
    expect(compareDocuments(circle(), circle())).toEqual([]);
  });
});
