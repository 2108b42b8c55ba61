import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import budgets from "../size/budgets.json" with { type: "json" };
import { bundledSize } from "../size/bundled-size.ts";

interface Budget {
  /** What a program imports, by package: a list of names. */
  imports: Record<string, string>;
  /** Packages that are not counted, because they are loaded later or by few programs. */
  external: string[];
  /** The size in bytes, minified and gzipped, when it was last measured. */
  bytes: number;
}

const rows = (budgets as Budget[]).map(budget => [describeImports(budget), budget] as const);

function describeImports({ imports, external }: Budget): string {
  const parts = Object.entries(imports).map(([name, names]) => `{ ${names} } from ${name}`);
  return [parts.join(", "), ...external].join(" without ");
}

function measure({ imports, external }: Budget): Promise<number> {
  const lines = Object.entries(imports).map(([name, names]) => `export { ${names} } from "${name}";`);
  return bundledSize(lines.join("\n"), import.meta.dirname, external);
}

/** Returns an error message if an import grew by more than 2 % or 50 bytes, whichever is more. */
function describeOverrun(budget: Budget, measured: number): string | undefined {
  const allowed = Math.round(budget.bytes + Math.max(budget.bytes * 0.02, 50));
  if (measured <= allowed) return undefined;
  return (
    `${describeImports(budget)} takes ${measured} bytes minified and gzipped; the budget is ${allowed}. ` +
    `If the growth is worth it, set "bytes" to ${measured} in scripts/size/budgets.json.`
  );
}

test.for(rows)("Importing %s stays within its size budget", async ([, budget]) => {
  expect(describeOverrun(budget, await measure(budget))).toBeUndefined();
});

test("An import that is more than 2 % over its recorded size fails with both sizes and the budget file", () => {
  const budget = { imports: { "@qbench-sdk/auth": "signAssertion" }, external: ["jose"], bytes: 5000 };
  expect(describeOverrun(budget, 5100)).toBeUndefined();
  expect(describeOverrun(budget, 5101)).toMatch(
    /^{ signAssertion } from @qbench-sdk\/auth without jose takes 5101 bytes .* budget is 5100.*scripts\/size\/budgets\.json/,
  );
});

test("The README of the client states the sizes of the client and of its combined parts", async () => {
  const readme = await readFile(join(import.meta.dirname, "../../packages/client/README.md"), "utf8");
  const sizes = ["createQBenchClient", "createTransport"].map(name => rows.find(([what]) => what.includes(name)));
  const stated = Array.from(readme.matchAll(/ takes (\d+) kB/g), ([, size]) => Number(size));
  expect(stated).toEqual(sizes.map(row => Math.round((row?.[1].bytes ?? 0) / 1000)));
});
