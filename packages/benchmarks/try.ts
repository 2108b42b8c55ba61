const [file, name] = process.argv.slice(2);
const m = await import(new URL(`src/${file}`, import.meta.url).href);
const b = performance.now();
for (const row of await m[name!]()) console.log(row.what, "|", row.result, row.goal ?? "", row.isMet ?? "");
console.log(((performance.now() - b) / 1000).toFixed(1), "s");
process.exit(0);
