import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, it } from "vitest";

const repository = join(import.meta.dirname, "../../../..");
const document = join(repository, "docs/recipes.md");
const text = await readFile(document, "utf8");

/** A link to the file of a recipe, and the block of code below it. */
const block = /(\((\.\.\/packages\/example-service\/[\w./-]+\.ts)\)\n\n```ts\n)([\s\S]*?)```/g;

const files = globSync(["src/recipes/*.ts", "test/recipes/unit-test-of-a-service.test.ts"], {
  cwd: join(repository, "packages/example-service"),
}).sort();

/** The code of the recipes, by the link in the document. */
const recipes = new Map(
  await Promise.all(
    files.map(async file => {
      const link = `../packages/example-service/${file}`;
      return [link, await readFile(join(repository, "docs", link), "utf8")] as const;
    }),
  ),
);

it("docs/recipes.md contains the code of each recipe, which other tests run (update it with vitest -u)", async () => {
  expect([...text.matchAll(block)].map(([, , link]) => link).sort()).toEqual([...recipes.keys()]);
  const current = text.replaceAll(
    block,
    (_, start: string, link: string) => `${start}${recipes.get(link) ?? ""}\`\`\``,
  );
  await expect(current).toMatchFileSnapshot(document);
});

it("the function of each token store has at most 20 lines", () => {
  const stores = [...recipes].filter(([link]) => link.endsWith("-token-store.ts"));
  expect(stores).toHaveLength(3);
  for (const [link, program] of stores) {
    const [, body = ""] = /^export function .*\n([\s\S]*?)\n}$/m.exec(program) ?? [];
    expect(body.split("\n").length, link).toBeLessThanOrEqual(20);
    expect(body, link).toContain("return {");
  }
});

it("each recipe has 10 to 40 lines of code, and a description above each exported function", () => {
  for (const [link, program] of recipes) {
    const lines = program.split("\n").map(line => line.trim());
    const code = lines.filter(line => line !== "" && !/^(\/\/|\/\*\*|\*)/.test(line));
    expect(code.length, link).toBeGreaterThanOrEqual(10);
    expect(code.length, link).toBeLessThanOrEqual(40);
    for (const [index, line] of lines.entries()) {
      if (/^export (async )?function/.test(line))
        expect(lines[index - 1], `${basename(link)}: ${line}`).toMatch(/\*\/$/);
    }
  }
});

it("the index of docs/recipes.md names each recipe and each of its functions", () => {
  const [, index = ""] = /\n(\| task[\s\S]*?)\n\n/.exec(text) ?? [];
  const titles = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect([...index.matchAll(/\[(.+?)\]\(/g)].map(([, title]) => title)).toEqual(titles);
  const exported = [...text.matchAll(/^export (?:async )?function (\w+)/gm)].map(([, name = ""]) => name);
  expect(exported.length).toBeGreaterThan(10);
  for (const name of exported) expect(index).toContain(`\`${name}\``);
});
