import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildDocument } from "@qbench-sdk/emulator";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../document/model/json.ts";
import { measureTypes } from "../types/measure/measure-types.ts";
import { repository } from "./support/repository.ts";

const published = join(repository, "../shared/qbench-v2/published-openapi.json");
const documents: [string, () => JsonObject][] = [
  ["the built-in document", () => JSON.parse(JSON.stringify(buildDocument()))],
  ["a published document", () => JSON.parse(readFileSync(published, "utf8"))],
];
if (!existsSync(published))
  console.log("Skipped: a published QBench document at ../shared/qbench-v2/published-openapi.json");

describe("The type budget", () => {
  it.each(documents.slice(0, existsSync(published) ? 2 : 1))(
    "the types of %s cost the compiler at most as much for each call as the bare tools' types, and dates add little",
    { timeout: 300_000 },
    async (_, read) => {
      const { bytes, resources, dated, httpMethods, bare } = await measureTypes(read(), { field: 1, path: 0 });
      expect(bare.instantiationsPerCall).toBeGreaterThan(100);
      expect(httpMethods.instantiationsPerCall / bare.instantiationsPerCall).toBeLessThanOrEqual(1);
      expect(resources.instantiationsPerCall / bare.instantiationsPerCall).toBeLessThanOrEqual(1);
      expect(bytes.ours / bytes.bare).toBeLessThanOrEqual(0.5);
      expect(dated.instantiationsPerCall).toBeLessThanOrEqual(500);
      expect(dated.completionInstantiations - resources.completionInstantiations).toBeLessThanOrEqual(500);
    },
  );
});
