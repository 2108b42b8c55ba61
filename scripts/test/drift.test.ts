import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { bumpFor, type Change } from "../document/compare/change.ts";
import { formatChanges } from "../document/compare/format-changes.ts";
import type { JsonObject } from "../document/model/json.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { findAllChanges, findChanges } from "../drift/find-changes.ts";
import { api, documentChanges } from "./support/document-changes.ts";
import { repository } from "./support/repository.ts";

const normal = ({ before, after }: { before: JsonObject; after: JsonObject }) => ({
  before: normaliseDocument(before).document,
  after: normaliseDocument(after).document,
});

describe("The bump for a change of a document", () => {
  const names = Object.keys(documentChanges);
  let found = new Map<string, Change[]>();
  beforeAll(async () => {
    const all = await findAllChanges(Object.values(documentChanges).map(normal));
    found = new Map(names.map((name, index) => [name, all[index] ?? []]));
  }, 60_000);

  it.each(names)("the comparison judges correctly that %s", name => {
    const list = found.get(name) ?? [];
    const { bump, words = "" } = documentChanges[name] ?? {};
    expect({ bump: bumpFor(list), text: formatChanges(list, "main") }).toEqual({
      bump,
      text: expect.stringContaining(words),
    });
  });
});

const file = join(repository, "../shared/cases/drift.json");
const isPresent = existsSync(file);
if (!isPresent) console.log("Skipped: the collected changes in ../shared/cases/drift.json");
describe.skipIf(!isPresent)("The collected changes of documents", () => {
  it("the comparison judges each collected change as expected", async () => {
    const cases: { id: string; expected: string; before: JsonObject; after: JsonObject }[] = JSON.parse(
      isPresent ? readFileSync(file, "utf8") : "[]",
    );
    const found = await findAllChanges(cases.map(normal));
    const wrong = cases.flatMap(({ id, expected }, index) => {
      const changes = found[index] ?? [];
      const bump = bumpFor(changes) ?? "none";
      const isRight =
        expected === "told" ? formatChanges(changes, "main").includes("https://") : expected.split("|").includes(bump);
      return isRight ? [] : [`${id}: ${bump}, expected ${expected}`];
    });
    expect(wrong).toEqual([]);
  }, 60_000);
});

describe("A change of a schema that many operations use", () => {
  it("the changelog lists a change of a shared schema once", async () => {
    const shared = (properties: JsonObject): JsonObject => {
      const box: JsonObject = { $ref: "#/components/schemas/Box" };
      const content = { "application/json": { schema: { type: "object", properties: { data: box } } } };
      const paths = Array.from({ length: 40 }, (_, index): [string, JsonObject] => [
        `/boxes${index}`,
        { get: { responses: { 200: { description: "OK", content } } } },
      ]);
      return {
        ...api({ schemas: { Box: { type: "object", properties }, Crate: { allOf: [box, { type: "object" }] } } }),
        paths: Object.fromEntries(paths),
      };
    };
    const text = { type: "string" };
    const { before, after } = normal({ before: shared({ size: text, label: text }), after: shared({ label: text }) });
    expect(formatChanges(await findChanges(before, after), "main")).toBe("**Breaking**\n\n- `Box.size` was removed");
  });
});
