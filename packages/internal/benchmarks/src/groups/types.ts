import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureTypes, type TypeCost } from "@qbench-sdk/scripts/measure-types";
import { asCount, asMs, asRatio, atMost, measured, type Row } from "../results/row.ts";
import { qbenchDocument } from "./generation.ts";
import type { GroupOptions } from "./group.ts";

/** Measures what the types cost the compiler and an editor, relative to the types of the bare tools. */
export async function benchTypes({ rounds = 3 }: GroupOptions): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "types-"));
  try {
    const document = JSON.parse(readFileSync(qbenchDocument(folder), "utf8"));
    const costs: TypeCost[] = [];
    for (let round = 0; round < rounds; round++) costs.push(await measureTypes(document));
    const each = (read: (cost: TypeCost) => number): number[] => costs.map(read);
    const perCall = "instantiations of the compiler per call";
    const bare = "openapi-fetch + openapi-typescript";
    return [
      atMost(
        `types: ${perCall} of a resource with dates`,
        each(of => of.dated.instantiationsPerCall),
        asCount,
        500,
      ),
      atMost(
        "types: completion of a field with dates in an editor",
        each(of => of.dated.completionMs),
        asMs,
        100,
      ),
      atMost(
        `types: ${perCall} of client.GET / ${bare}`,
        each(({ httpMethods, bare }) => httpMethods.instantiationsPerCall / bare.instantiationsPerCall),
        asRatio,
        1,
      ),
      atMost(
        `types: completion of paths in an editor / ${bare}`,
        each(({ httpMethods, bare }) => httpMethods.completionMs / bare.completionMs),
        asRatio,
        1.1,
      ),
      atMost(
        `types: size / openapi-typescript`,
        each(({ bytes }) => bytes.ours / bytes.bare),
        asRatio,
        0.5,
      ),
      measured(
        `types: ${perCall} of a resource`,
        each(of => of.resources.instantiationsPerCall),
        asCount,
      ),
      measured(
        `types: ${perCall} of client.GET`,
        each(of => of.httpMethods.instantiationsPerCall),
        asCount,
      ),
      measured(
        "types: completion of a field in an editor",
        each(of => of.resources.completionMs),
        asMs,
      ),
      measured(
        "types: completion of paths in an editor",
        each(of => of.httpMethods.completionMs),
        asMs,
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
