import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

const folder = join(import.meta.dirname, "../../src/recipes");
const document = join(import.meta.dirname, "../../../../docs/recipes.md");
const text = await readFile(document, "utf8");

/** A link to the file of a recipe, and the block of code below it. */
const block = /(\.\.\/packages\/example-service\/src\/recipes\/([\w.-]+)\)\n\n```ts\n)([\s\S]*?)```/g;

it("docs/recipes.md contains the code of each recipe, which other tests run (update it with vitest -u)", async () => {
  const files = (await readdir(folder)).sort();
  expect([...text.matchAll(block)].map(([, , file]) => file).sort()).toEqual(files);
  const code = new Map(
    await Promise.all(files.map(async file => [file, await readFile(join(folder, file), "utf8")] as const)),
  );
  const current = text.replaceAll(block, (_, start: string, file: string) => `${start}${code.get(file) ?? ""}\`\`\``);
  await expect(current).toMatchFileSnapshot(document);
});

it("each recipe has 10 to 40 lines of code, and a description above each exported function", async () => {
  for (const file of await readdir(folder)) {
    const lines = (await readFile(join(folder, file), "utf8")).split("\n").map(line => line.trim());
    const code = lines.filter(line => line !== "" && !/^(\/\/|\/\*\*|\*)/.test(line));
    expect(code.length, file).toBeGreaterThanOrEqual(10);
    expect(code.length, file).toBeLessThanOrEqual(40);
    for (const [index, line] of lines.entries()) {
      if (/^export (async )?function/.test(line)) expect(lines[index - 1], `${file}: ${line}`).toMatch(/\*\/$/);
    }
  }
});

it("the index of docs/recipes.md names each recipe and each of its functions", async () => {
  const [, index = ""] = /\n(\| task[\s\S]*?)\n\n/.exec(text) ?? [];
  const titles = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect([...index.matchAll(/\[(.+?)\]\(/g)].map(([, title]) => title)).toEqual(titles);
  const exported = [...text.matchAll(/^export (?:async )?function\*? (\w+)/gm)].map(([, name = ""]) => name);
  for (const name of exported) expect(index).toContain(`\`${name}\``);
});
