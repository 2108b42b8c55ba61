import { join } from "node:path";
import { expect, it } from "vitest";
import { hiddenFields, settableLists } from "../src/given-records/settable-lists.js";
import { buildDocument } from "../src/index.js";
import type { Entity } from "../src/model/entity.js";
import { readModel } from "../src/model/model.js";

const model = readModel(buildDocument());

/** Returns the kind of each field that a record of the entity has or takes. */
function kindsOf(entity: Entity): Map<string, string> {
  const lists = settableLists(entity);
  const kinds = new Map([["id", entity.fields.get("id") === "string" ? "uuid" : "id"]]);
  for (const [field, type] of entity.fields) {
    if (field === "id") continue;
    const isList = lists.has(field) && type === "objects";
    kinds.set(field, entity.relations.has(field) ? "reference" : isList ? "references" : type);
  }
  for (const field of lists.keys()) if (!kinds.has(field)) kinds.set(field, "links");
  for (const field of hiddenFields(entity, model.references)) kinds.set(field, field.endsWith("s") ? "links" : "link");
  return kinds;
}

it("declares the types of records as the built-in document describes them", async () => {
  const interfaces = [...model.entities.values()]
    .filter(entity => entity.collection !== undefined)
    .sort((a, b) => (String(a.collection) < String(b.collection) ? -1 : 1))
    .map(entity => {
      const fields = [...kindsOf(entity)].map(([field, kind]) => `    ${field}: "${kind}";\n`);
      const name = /^\w+$/.test(String(entity.collection)) ? entity.collection : `"${entity.collection}"`;
      return `  ${name}: {\n${fields.join("")}  };\n`;
    });
  // `vitest run record-fields --update` writes the file after a change of the built-in document.
  await expect(`// Written by test/record-fields.test.ts, which compares it with the built-in document.

/** The kind of each field, by the name of the collection. \`given-records/record-types.ts\` has the type of each kind. */
export interface BuiltInRecords {
${interfaces.join("")}}
`).toMatchFileSnapshot(join(import.meta.dirname, "../src/builtin/record-fields.ts"));
});
