import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildDocument } from "@qbench-sdk/emulator";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../document/model/json.ts";
import { measureTypes } from "../types/measure/measure-types.ts";
import { repository } from "./support/repository.ts";

const place = join(repository, "../shared/qbench-v2/published-openapi.json");
const documents: [string, () => JsonObject][] = [
  ["the built-in document", () => JSON.parse(JSON.stringify(buildDocument()))],
  ["a published document", () => JSON.parse(readFileSync(place, "utf8"))],
];
if (!existsSync(place))
  console.log("Skipped: a published QBench document at ../shared/qbench-v2/published-openapi.json");

describe("The types of", () => {
  it.each(documents.slice(0, existsSync(place) ? 2 : 1))(
    "%s cost the compiler no more for each call than the bare tools', in half the bytes",
    { timeout: 120_000 },
    async (_, read) => {
      const { ours, bare } = await measureTypes(read());
      expect(bare.instantiationsPerCall).toBeGreaterThan(100);
      expect(ours.instantiationsPerCall / bare.instantiationsPerCall).toBeLessThanOrEqual(1);
      expect(ours.bytes / bare.bytes).toBeLessThanOrEqual(0.5);
    },
  );
});
