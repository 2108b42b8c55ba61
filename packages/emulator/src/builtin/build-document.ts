import type { OpenApiDocument } from "../openapi/document.js";
import { actions } from "./actions.js";
import { integrations } from "./integrations.js";
import {
  actionOperation,
  defineErrors,
  integrationOperations,
  resourceOperations,
  tokenOperations,
} from "./operations.js";
import { resources } from "./resources.js";
import { createComponents } from "./schemas.js";

const sortedByKey = <T>(values: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * Builds the OpenAPI document that an emulator serves by default, with 169 operations.
 *
 * The document has the flaws of the vendor's own (docs/qbench-api.md §1.1), because the SDK has to correct them. It has
 * no servers and absolute paths. Each role of an entity has its own schema under a suffixed name. No field is nullable,
 * relations are objects without fields, and some operations declare no response.
 *
 * @example
 * ```ts
 * const document = buildDocument();
 * document.info.title = "Example laboratory";
 * const emulator = createEmulator({ document });
 * ```
 */
export function buildDocument(): OpenApiDocument {
  const components = createComponents();
  defineErrors(components);
  const operations = [
    ...Object.entries(resources).flatMap(([entity, resource]) => resourceOperations(components, entity, resource)),
    ...actions.map(action => actionOperation(components, action)),
    ...Object.entries(integrations).flatMap(([segment, tags]) => integrationOperations(components, segment, tags)),
    ...tokenOperations(components),
  ];
  const paths: OpenApiDocument["paths"] = {};
  for (const { method, path, operation } of operations) {
    paths[path] ??= {};
    paths[path][method] = operation;
  }
  const tags = new Set(operations.flatMap(({ operation }) => operation.tags ?? []));
  return {
    components: {
      schemas: sortedByKey(components.schemas),
      securitySchemes: { BearerToken: { bearerFormat: "JWT", scheme: "bearer", type: "http" } },
    },
    info: { title: "QBench API", version: "2.0", description: "As served by the qbench-sdk emulator" },
    openapi: "3.0.3",
    paths: sortedByKey(paths),
    security: [{ BearerToken: [] }],
    tags: [...tags].sort().map(name => ({ name })),
    // Drift detection does not compare the document of a tenant with this one.
    "x-source": "qbench-sdk/emulator",
  };
}
