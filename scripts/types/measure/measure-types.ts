import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";
import { readQBenchOptions } from "../../clients/read-overlays.ts";
import type { JsonObject } from "../../document/model/json.ts";
import { normaliseDocument } from "../../document/normalise/normalise-document.ts";
import { generateTypes } from "../generate-types.ts";
import { type Completion, type CompletionCost, measureCompletion } from "./measure-completion.ts";

/** The cost of the calls of one kind, and of writing them in an editor. */
export interface CallCost extends CompletionCost {
  /** The instantiations of the compiler for one more call. */
  instantiationsPerCall: number;
}

export interface TypeCost {
  /** The size of our generated declarations, and of those of the bare tools. */
  bytes: { ours: number; bare: number };
  /** Calls of `client.orders` and other resources. */
  resources: CallCost;
  /** The same calls of a client that converts dates. */
  dated: CallCost;
  /** Calls of `client.GET` and other HTTP methods. */
  httpMethods: CallCost;
  /** Calls of plain openapi-fetch with the types of plain openapi-typescript. */
  bare: CallCost;
}

const root = join(import.meta.dirname, "../../..");

/** The number of completions to measure. One shows the instantiations; more are needed for a time. */
export interface MeasuredEdits {
  /** Completions of a record's field. */
  field: number;
  /** Completions of a path. */
  path: number;
}

/** Measures the cost of types of QBench's document: ours, and those that the bare tools generate. */
export async function measureTypes(
  document: JsonObject,
  edits: MeasuredEdits = { field: 7, path: 7 },
): Promise<TypeCost> {
  const normal = normaliseDocument(document, await readQBenchOptions(root)).document;
  const ours = await generateTypes("main", normal);
  // With the option's default, a caller has to send every field that has a default.
  const bare = astToString(await openapiTS(JSON.stringify(document), { defaultNonNullable: false }));
  const client = 'import { createQBenchClient as create } from "@qbench-sdk/client";';
  const withResources = `${client}\nimport { dateFields, type paths, type Resources, resources } from "./types.js";`;
  const httpHead = `import type { paths } from "./types.js";\nconst client = create<paths>();\n`;
  return {
    bytes: { ours: Buffer.byteLength(ours), bare: Buffer.byteLength(bare) },
    resources: await measure(
      edits.field,
      ours,
      `${withResources}\nconst client = create<paths, Resources>({ resources });\n`,
      resourceCalls,
      recordField,
    ),
    dated: await measure(
      edits.field,
      ours,
      `${withResources}\nconst dates = { fields: dateFields };\n` +
        "const client = create<paths, Resources, (typeof dateFields)[number]>({ resources, dates });\n",
      resourceCalls,
      recordField,
    ),
    httpMethods: await measure(edits.path, ours, `${client}\n${httpHead}`, httpCalls, pathOfCall),
    bare: await measure(edits.path, bare, `import create from "openapi-fetch";\n${httpHead}`, httpCalls, pathOfCall),
  };
}

async function measure(
  edits: number,
  types: string,
  head: string,
  calls: readonly string[],
  completion: Completion,
): Promise<CallCost> {
  // Inside this package, so that the compiler resolves the program's imports.
  const folder = await mkdtemp(join(root, "scripts/test/chain-"));
  try {
    await mkdir(join(folder, "src"));
    await cp(join(root, "packages/types/src/common"), join(folder, "src/common"), { recursive: true });
    await writeFile(join(folder, "src/types.ts"), types);
    const program = join(folder, "src/program.ts");
    const host = createHost(program);
    await writeFile(program, `${head}${calls.join("\n")}`);
    const all = countInstantiations(program, host);
    await writeFile(program, `${head}${calls.slice(0, 1).join("\n")}`);
    const one = countInstantiations(program, host);
    return {
      instantiationsPerCall: (all - one) / (calls.length - 1),
      ...measureCompletion(folder, head, completion, edits),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Checks a program in this process. The number is that of `tsc --extendedDiagnostics`. */
function countInstantiations(path: string, host: ts.CompilerHost): number {
  const program = ts.createProgram([path], options, host);
  const [error] = ts.getPreEmitDiagnostics(program);
  if (error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, "\n"));
  return program.getInstantiationCount();
}

const options: ts.CompilerOptions = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  module: ts.ModuleKind.NodeNext,
  customConditions: ["qbench-built-in"],
  // Not those of the working directory.
  typeRoots: [join(root, "scripts/node_modules/@types")],
  types: ["node"],
};

type SourceFiles = Map<string, ts.SourceFile | undefined>;

/** The files of packages, above all the large ones of the standard library. All measurements share them. */
const ofPackages: SourceFiles = new Map();

/** Returns a host that parses each file once, except the program, and no more of the comments than `tsc` does. */
function createHost(program: string): ts.CompilerHost {
  const created = ts.createCompilerHost(options);
  const own: SourceFiles = new Map();
  return {
    ...created,
    jsDocParsingMode: ts.JSDocParsingMode.ParseForTypeErrors,
    getSourceFile(name, ...rest) {
      if (name === program) return created.getSourceFile(name, ...rest);
      const parsed = name.includes("/node_modules/") ? ofPackages : own;
      if (!parsed.has(name)) parsed.set(name, created.getSourceFile(name, ...rest));
      return parsed.get(name);
    },
  };
}

const entities: readonly (readonly [plural: string, id: string, create: string])[] = [
  ["orders", "order_id", "{ customer_account_id: 1 }"],
  ["samples", "sample_id", '{ description: "a" }'],
  ["tests", "test_id", "{ sample_id: 1, assay_id: 1 }"],
  ["customers", "customer_id", '{ customer_name: "a" }'],
  ["contacts", "contact_id", '{ first_name: "a" }'],
  ["assays", "assay_id", '{ title: "a" }'],
  ["panels", "panel_id", '{ title: "a" }'],
  ["payments", "payment_id", "{ customer_id: 1, amount: 1, template_id: 1 }"],
];

/** Calls of every kind, as a service writes them. */
const resourceCalls = entities.flatMap(([plural, , create], index) => [
  `export const total${index}: number = (await client.${plural}.list({ page_num: 1, page_size: 50 })).total_count;`,
  `export const id${index}: number = (await client.${plural}.get(1)).id;`,
  `export const first${index} = (await client.${plural}.create([${create}]))[0]?.id;`,
  `export const changed${index} = (await client.${plural}.update([{ id: 1 }]))[0]?.id;`,
  `export const gone${index} = await client.${plural}.delete(1);`,
]);

const recordField: Completion = { before: "(await client.orders.get(1)).", after: "", offers: "date_created" };

/** The same calls with the HTTP methods. */
const httpCalls = entities.flatMap(([plural, id, create], index) => {
  const list = `/qbench/api/v2/${plural}`;
  const one = `{ params: { path: { ${id}: 1 } } }`;
  return [
    `const list${index} = await client.GET("${list}", { params: { query: { page_num: 1, page_size: 50 } } }); export const total${index}: number | undefined = list${index}.data?.total_count;`,
    `const one${index} = await client.GET("${list}/{${id}}", ${one}); export const id${index}: number | undefined = one${index}.data?.data.id;`,
    `const made${index} = await client.POST("${list}", { body: [${create}] }); export const first${index} = made${index}.data?.data[0];`,
    `const changed${index} = await client.PATCH("${list}", { body: [{ id: 1 }] }); export const status${index}: number = changed${index}.response.status;`,
    `export const gone${index} = await client.DELETE("${list}/{${id}}", ${one});`,
  ];
});

const pathOfCall: Completion = { before: 'client.GET("', after: '")', offers: "/qbench/api/v2/orders" };
