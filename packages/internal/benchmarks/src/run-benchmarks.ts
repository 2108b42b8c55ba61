import { writeFileSync } from "node:fs";
import type { GroupOptions } from "./groups/group.ts";
import { groupNames, groups } from "./groups/groups.ts";
import { formatResults } from "./results/format-results.ts";
import type { Row } from "./results/row.ts";

const file = new URL("../RESULTS.md", import.meta.url);

/**
 * Measures the named groups, or all, and prints their tables. A complete run also writes RESULTS.md. A group that fails
 * does not stop the others.
 *
 * @returns false if a group failed
 */
export async function runBenchmarks(names: readonly string[], options: GroupOptions): Promise<boolean> {
  const chosen = names.length === 0 ? groupNames : names;
  const rows: Row[] = [];
  const failures: unknown[] = [];
  for (const name of chosen) {
    process.stderr.write(`${name} … `);
    const begin = performance.now();
    try {
      const bench = await groups[name]?.();
      rows.push(...((await bench?.(options)) ?? []));
    } catch (error) {
      failures.push(error);
    }
    process.stderr.write(`${((performance.now() - begin) / 1000).toFixed(0)} s\n`);
  }
  const text = formatResults(rows);
  process.stdout.write(`\n${text}`);
  for (const error of failures) console.error(error);
  if (failures.length === 0 && chosen.length === groupNames.length) writeFileSync(file, text);
  return failures.length === 0;
}
