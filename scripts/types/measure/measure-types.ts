import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import openapiTS, { astToString } from "openapi-typescript";
import { readNames, readOverlays } from "../../clients/read-overlays.ts";
import type { JsonObject } from "../../document/model/json.ts";
import { normaliseDocument } from "../../document/normalise/normalise-document.ts";
import { generateTypes } from "../generate-types.ts";
import { measureCompletion } from "./measure-completion.ts";

export interface TypeCost {
  /** The size of the generated declarations. */
  bytes: number;
  /** The instantiations of the compiler for one more call. */
  instantiationsPerCall: number;
  /** The time to check a program with all the calls, in ms. */
  checkMs: number;
  /** The time until an editor offers the paths of a call, in ms. */
  completionMs: number;
}

const root = join(import.meta.dirname, "../../..");
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

/** Measures the cost of types of QBench's document: ours, and those that the bare tools generate. */
export async function measureTypes(document: JsonObject): Promise<{ ours: TypeCost; bare: TypeCost }> {
  const normal = normaliseDocument(document, {
    names: await readNames(root),
    overlays: await readOverlays(root, "main"),
  }).document;
  // With the option's default, a caller has to send every field that has a default.
  const bareTypes = astToString(await openapiTS(JSON.stringify(document), { defaultNonNullable: false }));
  return {
    ours: await measure(
      await generateTypes("main", normal),
      'import { createQBenchClient as create } from "@qbench-sdk/client";',
    ),
    bare: await measure(bareTypes, 'import create from "openapi-fetch";'),
  };
}

async function measure(types: string, imports: string): Promise<TypeCost> {
  // Inside this package, so that the compiler resolves the program's imports.
  const folder = await mkdtemp(join(root, "scripts/test/chain-"));
  try {
    await mkdir(join(folder, "src"));
    await cp(join(root, "packages/types/src/common"), join(folder, "src/common"), { recursive: true });
    await writeFile(join(folder, "src/types.ts"), types);
    const head = `${imports}\nimport type { paths } from "./types.js";\nconst client = create<paths>();\n`;
    const one = await check(folder, `${head}${calls.slice(0, 1).join("\n")}`);
    const all = await check(folder, `${head}${calls.join("\n")}`);
    return {
      bytes: Buffer.byteLength(types),
      instantiationsPerCall: (all.instantiations - one.instantiations) / (calls.length - 1),
      checkMs: all.checkMs,
      completionMs: measureCompletion(folder, head),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function check(folder: string, program: string): Promise<{ instantiations: number; checkMs: number }> {
  await writeFile(join(folder, "src/program.ts"), program);
  const options = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "--extendedDiagnostics"];
  const target = ["--target", "es2023", "--lib", "es2023,dom,dom.iterable", "--module", "nodenext", "--types", "node"];
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, ...options, ...target, "src/program.ts"], {
    cwd: folder,
  });
  const number = (label: string): number => Number(new RegExp(`^${label}:\\s+([\\d.]+)`, "m").exec(stdout)?.[1]);
  return { instantiations: number("Instantiations"), checkMs: number("Total time") * 1000 };
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
const calls = entities.flatMap(([plural, id, create], index) => {
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
