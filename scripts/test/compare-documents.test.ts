import { beforeAll, describe, expect, it } from "vitest";
import { bumpFor, type Change } from "../document/compare/change.ts";
import { formatAllChanges, formatChanges } from "../document/compare/format-changes.ts";
import type { JsonObject } from "../document/model/json.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { findAllChanges, findChanges } from "../drift/find-changes.ts";
import { as, base, changes, type Edit, inResponse, without } from "./support/api-changes.ts";

const normal = (document: JsonObject): JsonObject => normaliseDocument(document).document;

function versions(edit: Edit, earlier: Edit = () => {}): { before: JsonObject; after: JsonObject } {
  const [before, after] = [base(), base()];
  earlier(before);
  edit(after);
  return { before: normal(before), after: normal(after) };
}

const find = (edit: Edit, earlier?: Edit): Promise<Change[]> => {
  const { before, after } = versions(edit, earlier);
  return findChanges(before, after);
};

describe("The changelog", () => {
  let found: Change[][] = [];
  beforeAll(async () => {
    found = await findAllChanges(changes.map(([, edit]) => versions(edit)));
  }, 60_000);

  it.each(changes.map(([what, , bump, words], index) => [what, bump, words, index] as const))(
    "the comparison judges and describes the change if %s",
    (_, bump, words, index) => {
      const list = found[index] ?? [];
      const text = formatChanges(list, "main");
      expect({ bump: bumpFor(list), text }).toEqual({ bump, text: expect.stringMatching(words) });
    },
  );

  it("the tests cover at least forty kinds of changes", () => {
    expect(changes.length).toBeGreaterThanOrEqual(40);
  });
});

describe("The text of the changelog", () => {
  it("the changelog begins with breaking changes and names what a service writes", async () => {
    const found = await find(document => {
      inResponse(without("notes"))(document);
      inResponse(as("colour", { type: "string" }))(document);
      inResponse(as("total", { type: "string" }))(document);
      inResponse(as("kind", { type: "string", enum: ["WATER", "SOIL"], deprecated: true }))(document);
      inResponse(as("remark", { type: "string", maxLength: 40, description: "Any text" }))(document);
      const get = Object.values(document.paths ?? {})[0];
      Object.assign(get?.get ?? {}, { deprecated: true });
    });
    expect(formatChanges(found, "main")).toMatchInlineSnapshot(`
      "**Breaking**

      - \`Order.notes\` was removed
      - \`Order.total\` is \`string\`, was \`number\`

      **Added or relaxed**

      - \`Order.colour\` is new

      **Deprecated**

      - \`Order.kind\` is deprecated
      - \`client.orders.list()\` is deprecated

      **Documentation**

      - \`Order.remark\` has a different description"
    `);
  });

  it("the changelog has at most sixty lines and names the command that prints all changes", () => {
    const flood = Array.from(
      { length: 900 },
      (_, index): Change => ({ bump: "major", subject: `A${index}`, what: `was removed for the reason ${index}` }),
    );
    const lines = formatChanges(flood, "main").split("\n");
    expect(lines.length).toBeLessThanOrEqual(60);
    expect(lines.at(-1)).toBe("And 845 more. `pnpm openapi:changes --client main` prints all of them.");
    expect(formatAllChanges(flood).split("\n")).toHaveLength(902);
  });

  it("the changelog lists the same change of many operations once if they need too many lines", () => {
    const alike = (count: number) =>
      Array.from(
        { length: count },
        (_, index): Change => ({
          bump: "minor",
          subject: `client.a${index}.list()`,
          what: "may return `409`",
        }),
      );
    expect(formatChanges(alike(9), "main").split("\n")).toHaveLength(11);
    expect(formatChanges(alike(90), "main")).toBe(
      "**Added or relaxed**\n\n- `client.a0.list()`, `client.a1.list()`, `client.a10.list()` and 87 more: may return `409`",
    );
  });

  it("the changelog contains no control characters of a document, and no Markdown of its names", async () => {
    const evil = "x\u001b[2J\u001b]0;title\u0007\n# `h`\u202e\u009b1m";
    const found = await find(document => {
      inResponse(as(evil, { type: "string" }))(document);
      inResponse(as("kind", { type: "string", enum: ["WATER", evil], default: evil }))(document);
      inResponse(as("remark", { type: "string", format: evil }))(document);
    });
    for (const text of [formatChanges(found, "main"), formatAllChanges(found)]) {
      expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
      expect(text).not.toMatch(/^#/m);
      expect(text).toContain("`Order.x # 'h'` is new");
    }
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
  ])("the comparison ends for %s", async (_, was, is) => {
    expect(bumpFor(await find(is, was))).toBe("major");
  });

  it("the comparison ends for parameters that refer to each other", async () => {
    const cycle = (): JsonObject => {
      const refer = (name: string): JsonObject => ({ $ref: `#/components/parameters/${name}` });
      const document = normal(base());
      const operation = { parameters: [refer("A")], responses: {} };
      return {
        ...document,
        paths: { "/a": { get: operation } },
        components: { parameters: { A: refer("B"), B: refer("A") } },
      };
    };
    expect(await findChanges(cycle(), cycle())).toEqual([]);
  });

  it("the comparison ends for schemas that contain each other", async () => {
    const recursive = (name: string, depth: number): JsonObject => {
      const end: JsonObject = { $ref: `#/components/schemas/${name}` };
      const schema = Array.from({ length: depth }).reduce<JsonObject>(
        child => ({ type: "object", properties: { child, size: { type: "integer" } } }),
        end,
      );
      const responses = { 200: { description: "OK", content: { "application/json": { schema: end } } } };
      return {
        ...normal(base()),
        paths: { "/a": { get: { responses } } },
        components: { schemas: { [name]: schema } },
      };
    };
    const found = await findChanges(recursive("Tree", 2), recursive("Node", 3));
    expect(found.map(({ what }) => what)).toEqual(["was removed as a type"]);
  });
});
