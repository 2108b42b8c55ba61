import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createQBenchClient } from "@qbench-sdk/client";
import { createEmulator, type OpenApiDocument } from "@qbench-sdk/emulator";
import { describe, expect, test } from "vitest";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { builtInText, repository } from "./support/repository.ts";

const published = join(repository, "../shared/qbench-v2/published-openapi.json");
const isPresent = existsSync(published);
if (!isPresent) console.log("Skipped: a published QBench document at ../shared/qbench-v2/published-openapi.json");

interface Schema {
  $ref?: string;
  example?: unknown;
  required?: string[];
  type?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
  allOf?: Schema[];
}
type Operations = Record<string, { requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> } }>;
interface Document {
  paths: Record<string, Operations>;
  components: { schemas: Record<string, Schema> };
}

const builtIn = async (): Promise<Document> => JSON.parse(await builtInText());
const read = async (file: string): Promise<Document> => JSON.parse(await readFile(file, "utf8"));

/** Returns the value that a document gives as an example, or undefined. Lists and objects can have it inside. */
function exampleOf({ components }: Document, schema: Schema): unknown {
  const find = ({ $ref, ...own }: Schema): unknown => {
    if ($ref) return find(components.schemas[$ref.split("/").at(-1) ?? ""] ?? {});
    if (own.example !== undefined) return own.example;
    const item = own.items && find(own.items);
    return item === undefined ? undefined : [item];
  };
  return find(schema);
}

/** Replaces each id by 1, because every list of the emulator has a record with that id. */
function withExistingIds(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map(item => withExistingIds(item, name));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withExistingIds(item, key)]));
  }
  return typeof value === "number" && /(^|_)ids?$/.test(name) ? 1 : value;
}

/**
 * Sends each request example of `examples` to an emulator of `document`, or of the built-in document. Returns the number
 * of examples, those that the emulator rejected, and the operations whose body has no example.
 */
async function sendExamples(examples: Document, document?: Document) {
  const emulator = createEmulator({ document: document as unknown as OpenApiDocument });
  const [{ id: clientId = "", secret: clientSecret = "" } = {}] = emulator.clients.list();
  const options = { baseUrl: "https://lab.example", clientId, clientSecret, limits: false, retry: false } as const;
  const client = createQBenchClient({ ...options, fetch: request => emulator.fetch(request) });
  const request = client.request as (method: string, path: string, init: object) => Promise<{ response: Response }>;
  const rejected: string[] = [];
  const withoutExample: string[] = [];
  let count = 0;
  for (const [path, operations] of Object.entries(examples.paths)) {
    for (const [method, { requestBody }] of Object.entries(operations)) {
      for (const { schema, example = exampleOf(examples, schema) } of Object.values(requestBody?.content ?? {})) {
        if (example === undefined) {
          withoutExample.push(`${method} ${path.replace("/qbench/api/v2", "")}`);
          continue;
        }
        count++;
        const ids = Object.fromEntries([...path.matchAll(/{(.+?)}/g)].map(([, name]) => [name, 1]));
        const init = { params: { path: ids }, body: withExistingIds(example), parseAs: "text" };
        const { response } = await request(method, path, init);
        if (!response.ok) rejected.push(`${response.status} ${method} ${path} ${JSON.stringify(init.body)}`);
      }
    }
  }
  return { count, rejected, withoutExample };
}

/** The table of requests in packages/emulator/test/operations has requests for these (docs/qbench-api.md §1.1). */
const withoutExample = [
  "post /auth/token",
  "post /auth/token/refresh",
  "post /invoices/{invoice_id}/send-email",
  "post /labels/{label_id}/{data_type}",
  "post /payments/{payment_id}/send-email",
  "post /reports/publish",
];
const allAccepted = { count: 38, rejected: [], withoutExample };

describe.skipIf(!isPresent)("the request examples of the published document", () => {
  test("An emulator of the built-in document accepts all of them", async () => {
    expect(await sendExamples(await read(published))).toEqual(allAccepted);
  });

  test("An emulator of the published document accepts all of them", async () => {
    const document = await read(published);
    expect(await sendExamples(document, document)).toEqual(allAccepted);
  });

  test("An emulator of the published document after normalisation accepts all of them", async () => {
    const document = await read(published);
    const normalised = normaliseDocument(structuredClone(document) as never).document as unknown as Document;
    expect(await sendExamples(document, normalised)).toEqual(allAccepted);
  });

  test("An emulator of the built-in document after normalization accepts all of them", async () => {
    expect(await sendExamples(await read(published), await builtIn())).toEqual(allAccepted);
  });
});

test("An emulator of the built-in document after normalization accepts the request examples of that document", async () => {
  const document = await builtIn();
  expect((await sendExamples(document, document)).rejected).toEqual([]);
});
