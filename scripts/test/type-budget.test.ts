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
    "the types of %s cost the compiler at most as much for each call as the bare tools' types, in half the bytes",
    { timeout: 120_000 },
    async (_, read) => {
      const { ours, bare } = await measureTypes(read());
      expect(bare.instantiationsPerCall).toBeGreaterThan(100);
      expect(ours.instantiationsPerCall / bare.instantiationsPerCall).toBeLessThanOrEqual(1);
      expect(ours.bytes / bare.bytes).toBeLessThanOrEqual(0.5);
    },
  );
});
