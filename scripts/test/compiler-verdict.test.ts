import { beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../document/model/json.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { judgeTypes, type Verdict } from "../drift/judge-types.ts";
import { listTypePairs } from "../drift/type-pairs.ts";
import { base, changes } from "./support/api-changes.ts";

const normal = (document: JsonObject): JsonObject => normaliseDocument(document).document;
let verdicts: Verdict[][] = [];
const rejections = (index: number) =>
  (verdicts[index] ?? []).flatMap(({ pair, rejection }) =>
    rejection === undefined ? [] : [`${pair.subject} ${pair.direction}: ${rejection}`],
  );

beforeAll(async () => {
  const before = normal(base());
  const cases = changes.map(([, edit]) => {
    const given = base();
    edit(given);
    const versions = { before, after: normal(given) };
    return { versions, pairs: listTypePairs(versions) };
  });
  verdicts = await judgeTypes(cases);
}, 120_000);

describe("The compiler as the second judge", () => {
  const judged = changes.map(([what, , bump], index) => [what, bump, index] as const);

  it.each(judged.filter(([, bump]) => bump !== "major"))(
    "the compiler accepts a change that is not judged as breaking: %s",
    (_, __, index) => expect(rejections(index)).toEqual([]),
  );

  it("the compiler rejects every change that is judged as breaking, except those that types cannot express", () => {
    const unseen = judged.filter(([, bump, index]) => bump === "major" && rejections(index).length === 0);
    expect(unseen.map(([what]) => what)).toMatchInlineSnapshot(`
      [
        "a response limit is raised",
        "a request limit is lowered",
        "a request number must be an integer",
        "a request number must be a multiple",
        "a filter is serialized differently",
        "an operation requires different credentials",
      ]
    `);
  });
});
