import { buildDocument } from "@qbench-sdk/emulator";
import type { Plugin } from "esbuild";
import { expect, test } from "vitest";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import budgets from "../size/budgets.json" with { type: "json" };
import { bundledSize } from "../size/bundled-size.ts";
import { generateTypes } from "../types/generate-types.ts";

interface Budget {
  package: string;
  import: string;
  /** The size in bytes, minified and gzipped, when it was last measured. */
  bytes: number;
}

const { document } = normaliseDocument(JSON.parse(JSON.stringify(buildDocument())));
const builtInTypes = generateTypes("main", document);

/** Replaces the generated table with that of the built-in API, so that sizes do not depend on the documents in `openapi/`. */
const builtInTable: Plugin = {
  name: "built-in table",
  setup(build) {
    build.onResolve({ filter: /^@qbench-sdk\/types$/ }, ({ path }) => ({
      path,
      namespace: "built-in",
      sideEffects: false,
    }));
    build.onLoad({ filter: /.*/, namespace: "built-in" }, async () => ({ contents: await builtInTypes, loader: "ts" }));
  },
};

const measure = (budget: Budget): Promise<number> =>
  bundledSize(
    `import { ${budget.import} } from "${budget.package}"; globalThis.kept = [${budget.import}];`,
    import.meta.dirname,
    { plugins: [builtInTable] },
  );

/** Returns an error message if an import grew by more than 2 % or 50 bytes, whichever is more. */
function describeOverrun(budget: Budget, measured: number): string | undefined {
  const allowed = Math.round(budget.bytes + Math.max(budget.bytes * 0.02, 50));
  if (measured <= allowed) return undefined;
  return (
    `${budget.package}: { ${budget.import} } takes ${measured} bytes minified and gzipped; the budget is ${allowed}. ` +
    `If the growth is worth it, set "bytes" to ${measured} in scripts/size/budgets.json.`
  );
}

test.for(budgets)("Importing { $import } from $package stays within its size budget", async budget => {
  expect(describeOverrun(budget, await measure(budget))).toBeUndefined();
});

test("An import that is more than 2 % over its recorded size fails with both sizes and the budget file", () => {
  const budget = { package: "@qbench-sdk/auth", import: "signAssertion", bytes: 5000 };
  expect(describeOverrun(budget, 5100)).toBeUndefined();
  expect(describeOverrun(budget, 5101)).toMatch(
    /^@qbench-sdk\/auth: { signAssertion } takes 5101 bytes .* budget is 5100.*scripts\/size\/budgets\.json/,
  );
});
