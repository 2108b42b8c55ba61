import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildDocument } from "../../src/builtin/build-document.js";
import { methods, type OpenApiDocument } from "../../src/openapi/document.js";

const file = fileURLToPath(new URL("../../../../../shared/qbench-v2/published-openapi.json", import.meta.url));
const isPresent = existsSync(file);
if (!isPresent) console.log("Skipped: a published QBench document at ../shared/qbench-v2/published-openapi.json");

/** The documents that a test runs with, and the options of an emulator that serves them. */
export const documents = [
  { name: "the built-in document", document: buildDocument(), options: {} },
  ...(isPresent ? [given("the published document", JSON.parse(readFileSync(file, "utf8")))] : []),
];

function given(name: string, document: OpenApiDocument) {
  return { name, document, options: { document } };
}

/** Returns the methods of a document with their paths below `/qbench/api/v2`. */
export const operationsOf = ({ paths }: OpenApiDocument): string[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    methods
      .filter(method => item[method])
      .map(method => `${method.toUpperCase()} ${path.replace("/qbench/api/v2", "")}`),
  );
