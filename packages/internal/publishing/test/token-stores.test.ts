import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { attempt, run } from "../src/run.ts";

const repository = join(import.meta.dirname, "../../../..");

/** By program: the packages whose real types the program passes to a recipe. */
const programs = {
  dynamo: `
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";
import { dynamoTokenStore } from "./recipes/dynamo-token-store.ts";
export const store = dynamoTokenStore(DynamoDBDocument.from(new DynamoDBClient()), "tokens");`,
  cloudflare: `
import type { KVNamespace } from "@cloudflare/workers-types";
import { cloudflareTokenStore } from "./recipes/cloudflare-token-store.ts";
export const store = (namespace: KVNamespace) => cloudflareTokenStore(namespace);`,
  deno: `
/// <reference types="@types/deno" />
import { denoTokenStore } from "./recipes/deno-token-store.ts";
export const store = (kv: Deno.Kv) => denoTokenStore(kv);`,
};

const types = [
  "@aws-sdk/client-dynamodb@3.1169.0",
  "@aws-sdk/lib-dynamodb@3.1169.0",
  "@cloudflare/workers-types@5.20261117.1",
  "@types/deno@2.7.0",
  "@types/node@24.19.2",
];

it("the recipes for token stores accept the clients of DynamoDB, Workers KV and Deno KV", async () => {
  const folder = await mkdtemp(join(tmpdir(), "token-stores-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", ...types], {
    cwd: folder,
  });
  const auth = join(folder, "node_modules/@qbench-sdk/auth");
  await mkdir(dirname(auth), { recursive: true });
  await symlink(join(repository, "packages/auth"), auth, "junction");
  await cp(join(repository, "packages/example-service/src/recipes"), join(folder, "recipes"), { recursive: true });
  const compilerOptions = {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    target: "ES2023",
    lib: ["ES2024", "DOM", "DOM.Iterable", "DOM.AsyncIterable", "ESNext.Disposable"],
    module: "nodenext",
    allowImportingTsExtensions: true,
    types: ["node"],
  };
  for (const [name, program] of Object.entries(programs)) {
    await writeFile(join(folder, `${name}.ts`), program);
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
    expect(await attempt(join(repository, "node_modules/.bin/tsc"), ["--project", folder], { cwd: folder })).toEqual({
      code: 0,
      output: "",
    });
  }
});
