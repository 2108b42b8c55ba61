import { globSync } from "node:fs";
import { cp, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generatePackage } from "../clients/generate-package.ts";
import { pullClient } from "../clients/pull-client.ts";
import type { Json, JsonObject } from "../document/model/json.ts";
import { compile } from "./support/compile.ts";
import { copySettings, emptyRoot, repository } from "./support/repository.ts";

const require = createRequire(import.meta.url);
const examples = dirname(require.resolve("@readme/oas-examples/package.json"));
const examplesOf = (version: string): string[] =>
  globSync(`${version}/json/*.json`, { cwd: examples }).map(file => join(examples, file));

const vendors: [title: string, files: string[]][] = [
  [
    "the documents of seven other vendors give types that compile",
    [
      require.resolve("@blockfrost/openapi/openapi.yaml"),
      require.resolve("@digdir/dialogporten-schema/swagger.verified.json"),
      require.resolve("@figma/rest-api-spec/openapi/openapi.yaml"),
      require.resolve("@netlify/open-api/dist/swagger.json"),
      require.resolve("rclone-openapi/openapi.json"),
      require.resolve("@scalar/galaxy/3.1.json"),
      require.resolve("shipengine-openapi/openapi.yaml"),
    ],
  ],
  [
    "GitHub's document of 13 MB gives types that compile",
    [require.resolve("@octokit/openapi/generated/api.github.com.json")],
  ],
  ...["2.0", "3.0", "3.1"].map((version): [string, string[]] => [
    `every example of OpenAPI ${version} gives types that compile`,
    examplesOf(version),
  ]),
];

const operation = (rest: JsonObject = {}): JsonObject => ({ responses: { 200: { description: "OK" } }, ...rest });
const document = (schemas: JsonObject, rest: JsonObject = {}): JsonObject => ({
  openapi: "3.0.3",
  info: { title: "Hostile", version: "1" },
  paths: { "/qbench/api/v2/things": { get: operation() } },
  components: { schemas },
  ...rest,
});
const responding = (schema: JsonObject): JsonObject => ({
  "/qbench/api/v2/things": {
    get: { responses: { 200: { description: "OK", content: { "application/json": { schema } } } } },
  },
});
const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: JsonObject): JsonObject => ({ type: "object", properties });
const evil = "*/ export const evil = process.exit(1); /*";

const hostile: [string, () => JsonObject][] = [
  [
    "names and texts that would end a comment, a string or a line",
    () =>
      document(
        {
          Thing: {
            ...object({ [`a"b'\`\n${evil}`]: { type: "string", description: evil, pattern: evil } }),
            description: evil,
          },
        },
        {
          paths: {
            [`/qbench/api/v2/"'\`/${evil.replaceAll(/[{}]/g, "")}`]: {
              get: operation({ operationId: evil, summary: evil, description: evil }),
            },
            "/qbench/api/v2/things": (responding(ref("Thing"))["/qbench/api/v2/things"] ?? {}) as JsonObject,
          },
        },
      ),
  ],
  [
    "names of schemas that are code",
    () => {
      const names = [`X {} ${evil}`, 'Quote"d`', "a\nb", "constructor", "toString", "Record", "Partial", "Reference"];
      const schemas = Object.fromEntries(
        names.map((name, index) => [name, object({ [`p${index}`]: { type: "string" } })]),
      );
      return document(schemas, { paths: responding({ anyOf: names.map(ref) }) });
    },
  ],
  [
    "extensions that only the pipeline writes",
    () =>
      document(
        { Thing: { ...object({ id: { type: "integer" } }), "x-reference": `Thing>; ${evil}` } },
        {
          paths: {
            "/qbench/api/v2/things": {
              get: {
                "x-filter": `Thing; ${evil}`,
                responses: { 200: { description: "OK", content: { "application/json": { schema: ref("Thing") } } } },
              },
            },
          },
        },
      ),
  ],
  [
    "a chain of 10,000 references",
    () => {
      const names = Array.from({ length: 10_000 }, (_, index) => `Link${index}`);
      const schemas = Object.fromEntries(
        names.map((name, index) => [name, object({ next: ref(names[index + 1] ?? "Link0") })]),
      );
      return document(schemas, { paths: responding(ref("Link0")) });
    },
  ],
  [
    "a chain of copies, each of which is a copy if the next one is",
    () => {
      const names = Array.from({ length: 2_000 }, (_, index) => `P${index}Schema.a9993e3.ThingSchema`);
      const schemas = Object.fromEntries(
        names.map((name, index) => [name, object(index === 1_999 ? {} : { next: ref(names[index + 1] ?? "") })]),
      );
      return document(schemas, { paths: responding(ref(names[0] ?? "")) });
    },
  ],
  ["a schema that refers to itself", () => document({ A: object({ a: ref("A") }) }, { paths: responding(ref("A")) })],
  [
    "lists that contain each other",
    () => {
      const list = (name: string): JsonObject => ({ type: "array", items: ref(name) });
      return document(
        { ASchemaList: list("BSchemaList"), BSchemaList: list("ASchemaList") },
        { paths: responding(ref("ASchemaList")) },
      );
    },
  ],
  [
    "two operations with one id, and paths that would give one id",
    () =>
      document(
        {},
        {
          paths: {
            "/a": { get: operation({ operationId: "same" }) },
            "/b": { get: operation({ operationId: "same" }) },
            "/a-b": { get: operation() },
            "/a_b": { get: operation() },
          },
        },
      ),
  ],
  [
    "references into the inside of components",
    () =>
      document(
        { A: { type: "array", items: object({ x: { type: "string" } }) }, B: object({ y: object({ z: ref("A") }) }) },
        {
          paths: {
            ...responding(
              object({
                item: { $ref: "#/components/schemas/A/items" },
                property: { $ref: "#/components/schemas/B/properties/y/properties/z" },
                parameter: { $ref: "#/components/parameters/P/schema" },
              }),
            ),
            "/other": {
              post: operation({
                parameters: [{ $ref: "#/components/parameters/P" }],
                requestBody: {
                  content: {
                    "application/json": {
                      schema: {
                        $ref: "#/paths/~1qbench~1api~1v2~1things/get/responses/200/content/application~1json/schema",
                      },
                    },
                  },
                },
              }),
            },
          },
          components: {
            parameters: { P: { name: "p", in: "query", schema: { type: "string" } } },
            schemas: {
              A: { type: "array", items: object({ x: { type: "string" } }) },
              B: object({ y: object({ z: ref("A") }) }),
            },
          },
        },
      ),
  ],
  [
    "schemas that consist only of each other",
    () =>
      document(
        { A: { oneOf: [ref("B"), { type: "string" }] }, B: { allOf: [ref("A")] } },
        { paths: responding(ref("A")) },
      ),
  ],
  [
    "names that TypeScript uses itself, with a discriminator",
    () =>
      document(
        {
          Omit: object({ kind: { type: "string" } }),
          Pick: object({ kind: { type: "string" } }),
          Either: { oneOf: [ref("Omit"), ref("Pick")], discriminator: { propertyName: "kind" } },
        },
        { paths: responding(ref("Either")) },
      ),
  ],
  [
    "60 schemas nested in each other",
    () => {
      const nested = Array.from({ length: 60 }).reduce<JsonObject>(part => ({ allOf: [part] }), { type: "string" });
      return document({ A: object({ nested }) }, { paths: responding(ref("A")) });
    },
  ],
  [
    "a callback that calls itself",
    () =>
      document(
        {},
        {
          paths: {
            "/qbench/api/v2/x": { post: operation({ callbacks: { c: { $ref: "#/components/callbacks/C" } } }) },
          },
          components: {
            callbacks: {
              C: {
                "{$request.body#/u}": {
                  post: operation({ callbacks: { again: { $ref: "#/components/callbacks/C" } } }),
                },
              },
            },
          },
        },
      ),
  ],
  [
    "a list of 200,000 values",
    () =>
      document(
        { A: { ...object({ a: { type: "string" } }), example: Array.from({ length: 200_000 }, () => 1) } },
        { paths: responding(ref("A")) },
      ),
  ],
  [
    "a long text that repeats the start of a token",
    () => document({}, { info: { title: "eyJ".repeat(100_000), version: "1" } }),
  ],
];

let root = "";
/** The documents that were rejected, by title. */
const rejected = new Map<string, unknown>();
/** The errors of the compiler. */
let errors: string[] = [];

const folders = new Map([...vendors, ...hostile].map(([title], index) => [title, `case-${index}`]));
const sourceOf = (title: string): string => join(root, folders.get(title) ?? "", "packages/types/src");
const errorsIn = (title: string): string[] => errors.filter(line => line.includes(`/${folders.get(title)}/`));

/** Pulls documents, one for each client, and generates the types of all clients. */
async function generate(title: string, documents: readonly string[]): Promise<void> {
  const folder = join(root, folders.get(title) ?? "");
  const variables = { url: "A", clientId: "B", clientSecret: "C" };
  const names = documents.map((_, index) => `client-${index}`);
  const clients = Object.fromEntries(names.map(name => [name, variables]));
  await copySettings(folder);
  await cp(join(repository, "packages/types/src/common"), join(sourceOf(title), "common"), { recursive: true });
  await writeFile(join(folder, "openapi/clients.json"), JSON.stringify({ clients }));
  const pulls = documents.map((from, index) => () => pullClient({ root: folder, env: {}, client: names[index], from }));
  for (const pull of pulls) await pull();
  await generatePackage(folder);
}

/** Records why the types were not generated. If they take too long, the test of their document fails, not that of all. */
async function attempt(title: string, documents: readonly string[], limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The types were not generated within ${limitMs} ms.`)), limitMs);
  });
  await Promise.race([generate(title, documents), late]).catch(error => rejected.set(title, error));
  clearTimeout(timer);
}

/** Generates the types of all documents, and compiles them in one run of the compiler. */
beforeAll(async () => {
  // Inside this package, so that the compiler resolves imports.
  root = await mkdtemp(join(import.meta.dirname, "chain-"));
  for (const [title, files] of vendors) await attempt(title, files, 240_000);
  for (const [title, make] of hostile) {
    const file = join(root, "hostile.json");
    await writeFile(file, JSON.stringify(make()));
    await attempt(title, [file], 60_000);
  }
  errors = await compile(root, {
    extends: "../../tsconfig.json",
    compilerOptions: { skipLibCheck: false, types: [] },
    include: ["case-*/packages/types/src/client-*.ts"],
    exclude: [],
  });
  // An error outside of the documents, such as one in the settings of the compiler, would hide all others.
  expect(errors.filter(line => !/^\s|case-\d+\//.test(line))).toEqual([]);
}, 600_000);

afterAll(() => rm(root, { recursive: true }));

describe("Documents of other vendors", () => {
  it.each(vendors)("%s", async (title, files) => {
    expect(rejected.get(title)).toBeUndefined();
    expect(errorsIn(title)).toEqual([]);
    expect(files.length).toBeGreaterThan(0);
    const generated = (await readdir(sourceOf(title))).filter(file => file.startsWith("client-"));
    const outlines = generated.filter(file => file.endsWith(".outline.ts"));
    expect(outlines).toHaveLength(files.length);
    expect(generated).toHaveLength(files.length * 2);
  });

  it("the schemas of seven other vendors become types of their own", async () => {
    const [[title, files] = ["", []]] = vendors;
    for (const index of files.keys())
      expect(await readFile(join(sourceOf(title), `client-${index}.ts`), "utf8")).toMatch(/^export interface \w/m);
  });

  it("the types of GitHub have its paths, schemas and operations", async () => {
    const [, [title] = [""]] = vendors;
    const types = await readFile(join(sourceOf(title), "client-0.ts"), "utf8");
    expect(types).toContain('"/repos/{owner}/{repo}": {');
    expect(types).toMatch(/^export interface FullRepository \{/m);
    expect(types).toContain('"repos/get": {');
  });
});

describe("A hostile document", () => {
  it.each(hostile)("a hostile document with %s is rejected in one line, or gives only types", async title => {
    const source = sourceOf(title);
    expect(errorsIn(title)).toEqual([]);
    if (rejected.has(title)) {
      expect(rejected.get(title)).toMatchObject({ name: "CommandError" });
    } else {
      for (const file of ["client-0.ts", "client-0.outline.ts"]) {
        const code = await readFile(join(source, file), "utf8");
        expect(code.replaceAll(/\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"/g, "")).not.toContain("evil");
      }
    }
    expect((await readdir(source)).toSorted()).toEqual(
      rejected.has(title) ? ["common"] : ["client-0.outline.ts", "client-0.ts", "common", "index.ts", "outline.ts"],
    );
  });

  it.each([
    [
      "__proto__ as a key",
      `{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{},"components":{"schemas":{"__proto__":{"polluted":true}}}}`,
      /__proto__/,
    ],
    [
      "a depth of 10,000",
      `{"openapi":"3.0.3","info":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)},"paths":{}}`,
      /levels deep/,
    ],
    [
      "a reference without a target",
      JSON.stringify(document({}, { paths: responding(ref("Nowhere")) })),
      /not valid OpenAPI/,
    ],
    [
      "a reference to a file",
      JSON.stringify(document({}, { paths: responding({ $ref: "file:///etc/passwd" }) })),
      /refers to something outside of it/,
    ],
    [
      "a reference to another host",
      JSON.stringify(document({}, { paths: responding({ $ref: "https://evil.example/x.json" }) })),
      /refers to something outside of it/,
    ],
    [
      "a reference to a file in a discriminator",
      JSON.stringify(
        document(
          {
            U: { oneOf: [ref("A")], discriminator: { propertyName: "kind", mapping: { a: "secret.json#/A" } } },
            A: object({}),
          },
          { paths: responding(ref("U")) },
        ),
      ),
      /is not a schema in it/,
    ],
    [
      "a reference to another host that the document claims to be",
      JSON.stringify({
        ...document(
          { A: { $id: "https://evil.example/x.json", ...object({}) } },
          { paths: responding({ $ref: "https://evil.example/x.json" }) },
        ),
        openapi: "3.1.0",
      }),
      /refers to something outside of it/,
    ],
    [
      "aliases that expand to gigabytes",
      `openapi: 3.0.3\na: &a [1,1,1,1,1,1,1,1,1]\n${bombs()}`,
      /has more than 5000000 values/,
    ],
    [
      "an alias of itself",
      `openapi: 3.0.3\ninfo: &a { title: t, version: "1", x-self: *a }\npaths: {}\n`,
      /nested more than 256 levels/,
    ],
    ["merges of merges", `openapi: 3.0.3\nx-a: &a { k: 1 }\n${merges()}`, /is not valid OpenAPI/],
    ["a merge key that merges a text", `openapi: 3.0.3\ninfo: &a t\npaths: { <<: *a }\n`, /not valid YAML/],
  ])("a hostile document with %s is rejected in one line", async (_, text, message) => {
    const root = await emptyRoot();
    const file = join(root, "hostile.json");
    await writeFile(file, text);
    const failure: Error = await pullClient({ root, env: {}, from: file }).then(
      () => new Error("accepted"),
      error => error,
    );
    expect(failure).toMatchObject({ name: "CommandError", message: expect.stringMatching(message) });
    expect(failure.message).not.toContain("\n");
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    await expect(readFile(join(root, "openapi/main.json"))).rejects.toThrow("ENOENT");
  });

  it("a document of 200 MB is rejected before its end", async () => {
    const root = await emptyRoot();
    const file = join(root, "large.json");
    const handle = await open(file, "w");
    await handle.truncate(200 * 1024 * 1024);
    await handle.close();
    await expect(pullClient({ root, env: {}, from: file })).rejects.toThrow("is larger than 64 MiB");
  });

  it.each(["../evil", "/tmp/evil", "a/b", "index", "con\u0000", ".."])(
    "the client's name %j is rejected, and no file is written",
    async name => {
      const root = await emptyRoot();
      const clients = { [name]: { url: "A", clientId: "B", clientSecret: "C" } };
      await writeFile(join(root, "openapi/clients.json"), JSON.stringify({ clients }));
      await mkdir(join(root, "packages/types/src"), { recursive: true });
      await expect(pullClient({ root, env: {}, from: "-" })).rejects.toMatchObject({ name: "CommandError" });
      await expect(generatePackage(root)).rejects.toMatchObject({ name: "CommandError" });
      expect(await readdir(join(root, "packages/types/src"))).toEqual([]);
    },
  );
});

/** Returns maps that each merge the map before 50 times: 50 ^ 9 merges, if each alias is resolved again. */
const merges = (): string =>
  [..."bcdefghij"]
    .map((name, index) => `x-${name}: &${name} { <<: [${Array<Json>(50).fill(`*${"abcdefghi"[index]}`).join(",")}] }`)
    .join("\n");

/** Returns YAML aliases of which each level is nine times as large as the one before. */
function bombs(): string {
  const names: string[] = "bcdefghij".split("");
  return names
    .map((name, index) => `${name}: &${name} [${Array<Json>(9).fill(`*${"abcdefghi"[index]}`).join(",")}]`)
    .join("\n");
}
