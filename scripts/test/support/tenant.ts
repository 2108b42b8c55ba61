import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createQBenchClient, unwrap } from "@qbench-sdk/client";
import { type RunningEmulator, startEmulator } from "@qbench-sdk/emulator";
import { onTestFinished } from "vitest";
import { pullClient } from "../../clients/pull-client.ts";
import { get, isObject, type Json, type JsonObject } from "../../document/model/json.ts";
import { type UpdateOptions, type UpdateResult, updateFields } from "../../fields/update-fields.ts";
import { emptyRoot, environmentOf, readMain } from "./repository.ts";

/** A repository with the document of the emulator, and the emulator as a tenant over HTTP. */
export interface Tenant {
  root: string;
  emulator: RunningEmulator;
  env: Record<string, string | undefined>;
  /** Sets fields of records. A custom field accepts any value. */
  write(collection: string, records: Json[]): Promise<void>;
  /** Runs the command. */
  run(options?: Partial<UpdateOptions>): Promise<UpdateResult>;
}

interface WritePaths {
  [path: string]: {
    patch: {
      requestBody: { content: { "application/json": Json[] } };
      responses: { 200: { content: { "application/json": unknown } } };
    };
  };
}

/** A few lists, so that reading and writing their document takes little time. */
const scopes = [
  "GET /orders",
  "GET /orders/{order_id}/comments",
  "POST /orders",
  "PATCH /orders",
  "GET /customers",
  "GET /sources",
] as const;
let pulled: Promise<string> | undefined;

/** Creates a tenant. `edit` changes the committed document, so that the tenant contradicts it. */
export async function createTenant(
  options: NonNullable<Parameters<typeof startEmulator>[0]> = {},
  edit: (schemas: JsonObject) => void = () => {},
): Promise<Tenant> {
  const emulator = await startEmulator({ clients: [{ scopes }], customFields: {}, ...options });
  onTestFinished(() => emulator.close());
  const env = environmentOf(emulator);
  const root = await emptyRoot();
  pulled ??= pullClient({ root, env }).then(() => readMain(root));
  const document = JSON.parse(await pulled);
  edit(document.components.schemas);
  await writeFile(join(root, "openapi/main.json"), JSON.stringify(document));
  const client = createQBenchClient<WritePaths>({
    baseUrl: emulator.url,
    clientId: env.QBENCH_CLIENT_ID ?? "",
    clientSecret: env.QBENCH_CLIENT_SECRET ?? "",
  });
  return {
    root,
    emulator,
    env,
    async write(collection, records) {
      await unwrap(client.PATCH(`/qbench/api/v2/${collection}`, { body: records }));
    },
    run: more => updateFields({ root, env, records: 200, check: false, ...more }),
  };
}

/** Returns the declared schema of a field, to change it. */
export function propertiesOf(schemas: JsonObject, name: string): JsonObject {
  const properties = get(schemas[name], "properties");
  if (!isObject(properties)) throw new Error(`The document has no schema ${name} with properties.`);
  return properties;
}
