import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { runCompiler } from "../compiler/run-compiler.ts";
import { bumpFor } from "../document/compare/change.ts";
import type { JsonObject } from "../document/model/json.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { findAllChanges } from "../drift/find-changes.ts";
import { generateTypes } from "../types/generate-types.ts";
import { repository } from "./support/repository.ts";
import { documentOf, edited, literalsOf, type Model, readsOf, typeOf } from "./support/shapes.ts";

const PAIRS = 300;
const common = join(repository, "packages/types/src/common");

/** Returns a program of a service: it sends every kind of value, and reads every field. */
function programOf(model: Model, types: string): string {
  const bodies = literalsOf(model, model.sent).map((text, index) => `export const body${index}: Body = ${text};`);
  const reads = readsOf(model, model.got, "box").map((text, index) => `export const read${index} = ${text};`);
  return [
    `import type { operations } from "./${types}.js";`,
    'type Body = operations["packBox"]["requestBody"]["content"]["application/json"];',
    'declare const box: operations["readBox"]["responses"][200]["content"]["application/json"];',
    ...bodies,
    ...reads,
    `export const whole: ${typeOf(model, model.got)} = box;`,
  ].join("\n");
}

it("a program for the old types compiles with the new types whenever a change is not judged as breaking", async () => {
  const pairs = fc.sample(edited, { numRuns: PAIRS, seed: 7 });
  const normal = (model: Model): JsonObject => normaliseDocument(documentOf(model)).document;
  const versions = pairs.map(({ before, after }) => ({ before: normal(before), after: normal(after) }));
  const bumps = (await findAllChanges(versions)).map(bumpFor);
  const files = new Map<string, string>();
  for (const name of await readdir(common)) files.set(`common/${name}`, await readFile(join(common, name), "utf8"));
  const others = files.size;
  for (const [index, { before, after }] of versions.entries()) {
    const model = pairs[index]?.before;
    if (model === undefined || bumps[index] === "major") continue;
    files.set(`old${index}.ts`, await generateTypes("old", before));
    files.set(`new${index}.ts`, await generateTypes("new", after));
    files.set(`on-old${index}.ts`, programOf(model, `old${index}`));
    files.set(`on-new${index}.ts`, programOf(model, `new${index}`));
  }
  const errors = await runCompiler(files);
  // A generated program that the old types reject says nothing about the change.
  const invalid = new Set(
    errors.filter(({ file }) => file.startsWith("on-old")).map(({ file }) => file.replace("old", "new")),
  );
  const broken = errors.filter(({ file }) => file.startsWith("on-new") && !invalid.has(file));
  expect(
    broken.map(({ file, line, message }) => ({
      message: message.at(-1),
      code: files.get(file)?.split("\n")[line - 1],
      change: JSON.stringify(pairs[Number(/\d+/.exec(file)?.[0])]),
    })),
  ).toEqual([]);
  // The test means something only if there are many changes of each kind.
  expect((files.size - others) / 4 - invalid.size).toBeGreaterThan(PAIRS / 6);
  expect(bumps.filter(bump => bump === "major").length).toBeGreaterThan(PAIRS / 6);
}, 120_000);
