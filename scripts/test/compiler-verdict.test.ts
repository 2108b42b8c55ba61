import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../document/model/json.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { generateTypes } from "../types/generate-types.ts";
import { base, changes } from "./support/api-changes.ts";
import { repository } from "./support/repository.ts";

/** Types that are true if calls or types of one version of the API do not compile with the next. */
const broken = `
interface Shape { paths: object; components: { schemas: object } }
type Member<T, K> = K extends keyof T ? NonNullable<T[K]> : never;
type Content<Part> = Part extends { content: infer C } ? C[keyof C] : never;
type Success = 200 | 201 | 202 | 204 | 206 | "default";
type Data<Responses> = { [S in keyof Responses]: S extends Success ? Content<Responses[S]> : never }[keyof Responses];
type Query<Operation> = Member<Member<Operation, "parameters">, "query">;
type Path<Operation> = Member<Member<Operation, "parameters">, "path">;
type Bodies<Operation> = Member<Member<Operation, "requestBody">, "content">;
type NeedsBody<Operation> = "requestBody" extends keyof Operation ? object extends Pick<Operation, "requestBody"> ? false : true : false;

/** Is true if the given type is not assignable to the wanted type. */
type Rejects<Wanted, Given> = [Given] extends [never] ? false : [Given] extends [Wanted] ? false : true;
/** Is true if the second type lacks a name of the first. Excess properties and open records hide that. */
type Loses<Was, Is, Depth extends 1[] = []> = Depth["length"] extends 7 ? false : LosesHere<NonNullable<Was>, NonNullable<Is>, [...Depth, 1]>;
type LosesHere<Was, Is, Depth extends 1[]> = [Was] extends [readonly (infer A)[]]
  ? [Is] extends [readonly (infer B)[]] ? Loses<A, B, Depth> : false
  : [Was] extends [object]
    ? [Exclude<Known<Was>, Known<Is>>] extends [never]
      ? { [K in Known<Was>]: Loses<At<Was, K>, At<Is, K>, Depth> }[Known<Was>]
      : true
    : false;
/** The known names of all alternatives. */
type Known<T> = T extends unknown ? keyof { [K in keyof T as string extends K ? never : K]: 1 } & keyof T : never;
type At<T, K> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;

type BrokenBodies<Was, Is> = { [M in keyof Was]: M extends keyof Is ? Rejects<Is[M], Was[M]> | Loses<Was[M], Is[M]> : true }[keyof Was];
type BrokenOperation<Was, Is> =
  | (NeedsBody<Is> extends true ? (NeedsBody<Was> extends true ? false : true) : false)
  | ([Bodies<Was>] extends [never] ? false : [Bodies<Is>] extends [never] ? true : BrokenBodies<Bodies<Was>, Bodies<Is>>)
  | Rejects<Path<Is>, Path<Was>> | Loses<Path<Was>, Path<Is>>
  | ([Query<Was>] extends [never] ? false : Rejects<Query<Is>, Query<Was>> | Loses<Query<Was>, Query<Is>>)
  | BrokenResponse<Data<Member<Was, "responses">>, Data<Member<Is, "responses">>>;
/** A response that did not exist breaks no caller. */
type BrokenResponse<Was, Is> = [Was] extends [never] ? false : Rejects<Was, Is> | Loses<Was, Is>;
type BrokenPath<Was, Is> = { [M in keyof Was]: M extends keyof Is ? BrokenOperation<Was[M], Is[M]> : true }[keyof Was];
type BrokenPaths<Was, Is> = { [P in keyof Was]: P extends keyof Is ? BrokenPath<Was[P], Is[P]> : true }[keyof Was];
type Removed<Was, Is> = [Exclude<keyof Was, keyof Is>] extends [never] ? false : true;
export type Broken<Was extends Shape, Is extends Shape> =
  true extends BrokenPaths<Was["paths"], Is["paths"]> | Removed<Was["components"]["schemas"], Is["components"]["schemas"]> ? true : false;
`;

let root = "";
const verdicts = new Map<number, boolean>();

const write = (name: string, text: string): Promise<void> => writeFile(join(root, `src/${name}.ts`), text);
const types = (name: string, document: JsonObject): Promise<string> =>
  generateTypes(name, normaliseDocument(document).document);

/** Compiles one program with all versions. A change breaks callers if its file has an error. */
beforeAll(async () => {
  root = await mkdtemp(join(import.meta.dirname, "verdict-"));
  await mkdir(join(root, "src"));
  await cp(join(repository, "packages/types/src/common"), join(root, "src/common"), { recursive: true });
  await write("broken", broken);
  await write("before", await types("before", base()));
  for (const [index, [, edit]] of changes.entries()) {
    const after = base();
    edit(after);
    await write(`after-${index}`, await types("after", after));
    await write(
      `verdict-${index}`,
      `import type * as was from "./before.js";
import type * as is from "./after-${index}.js";
import type { Broken } from "./broken.js";
interface Was { paths: was.paths; components: was.components }
interface Is { paths: is.paths; components: is.components }
export const isBroken: Broken<Was, Is> = false;
`,
    );
  }
  await writeFile(
    join(root, "tsconfig.json"),
    JSON.stringify({ extends: "../../../tsconfig.base.json", compilerOptions: { noEmit: true }, include: ["src"] }),
  );
  const tsc = join(repository, "node_modules/.bin/tsc");
  const output = await promisify(execFile)(tsc, ["--project", root, "--pretty", "false"], {
    shell: process.platform === "win32",
  }).then(
    () => "",
    (error: { stdout: string }) => error.stdout,
  );
  const lines = output.split("\n").filter(line => line !== "");
  expect(lines.filter(line => !/verdict-\d+\.ts\(6,14\): error TS2322/.test(line))).toEqual([]);
  for (const index of changes.keys())
    verdicts.set(
      index,
      lines.some(line => line.includes(`verdict-${index}.ts`)),
    );
}, 120_000);

afterAll(() => rm(root, { recursive: true }));

describe("The compiler of a service", () => {
  const judged = changes.map(([what, , bump], index) => [what, bump, index] as const);

  it.each(judged.filter(([, bump]) => bump !== "major"))(
    "the compiler accepts a change that is not judged as breaking: %s",
    (_, __, index) => expect(verdicts.get(index)).toBe(false),
  );

  it("the compiler rejects every change that is judged as breaking, except those that types cannot express", () => {
    const unseen = judged.filter(([, bump, index]) => bump === "major" && verdicts.get(index) === false);
    expect(unseen.map(([what]) => what)).toEqual([
      "a response has another status",
      "a request limit is lowered",
      // A field of the object was readable under any name before.
      "a response object declares its fields",
      "a request number must be an integer",
      "a request number must be a multiple",
      // These types do not compare error responses.
      "a documented error is removed",
      "a filter is serialized differently",
      "an operation requires different credentials",
    ]);
  });
});
