import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isInstalled } from "./support/installed.ts";
import { createPrograms } from "./support/programs.ts";
import { outcomeOf, startQbench } from "./support/qbench.ts";

const helpFolder = join(import.meta.dirname, "help");
const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
const helps = readdirSync(helpFolder).map(file => readFileSync(join(helpFolder, file), "utf8"));

/** The lines of the blocks of shell commands, and the commands in the first column of the tables. */
const inReadme = [
  ...[...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = ""]) =>
    block.replaceAll("\\\n", " ").split("\n"),
  ),
  ...[...readme.matchAll(/^\| `(qbench [^`]*)`/gm)].map(([, cell = ""]) => cell.replaceAll("\\|", "|")),
];
const inHelp = helps.flatMap(text => [...text.matchAll(/^ {2}\$ (.*)$/gm)].map(([, line = ""]) => line));
const examples = [...new Set([...inReadme, ...inHelp])].filter(line => /^(?:npx @qbench-sdk\/cli|qbench) /.test(line));

describe("the examples of qbench", () => {
  it("are found in the README and in the help", () => {
    expect(inReadme.filter(line => line.startsWith("npx ")).length).toBeGreaterThan(2);
    expect(inHelp.length).toBeGreaterThan(helps.length);
  });

  it.for(examples)("%s prints or writes something, and exits with 0", async (example, { skip }) => {
    skip(!["jq", "curl"].filter(program => example.includes(program)).every(isInstalled));
    const { emulator, folder, state, settings } = await startQbench();
    // Some examples read what was updated recently. The seeded records are older.
    for (const list of ["orders", "samples", "tests"] as const) emulator.records.update(list, 1, {});
    const home = join(folder, "home");
    // fish itself creates its folder.
    await mkdir(join(home, ".config/fish/completions"), { recursive: true });
    for (const [name] of example.matchAll(/[\w-]+\.env/g)) {
      const lines = Object.entries(settings).map(([variable, value]) => `${variable}=${value}\n`);
      await writeFile(join(home, name), lines.join(""));
    }
    for (const [, name = ""] of example.matchAll(/--input (\S+\.json)/g)) {
      await writeFile(join(home, name), JSON.stringify([{ order_id: 1, sample_type: "Swab" }]));
    }
    const env = { ...(await createPrograms(folder)), HOME: home, XDG_STATE_HOME: state, ...settings };
    const child = spawn("bash", ["--norc", "-o", "pipefail", "-c", example], { cwd: home, env });
    child.stdin.end();
    const { code, stdout, stderr } = await outcomeOf(child);
    // Notes go to stderr: where a file was saved, and how many rows there are.
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^(?:qbench: (?:Saved|\d+ of \d+ rows).*\n)*$/)]);
    const files = (await readdir(home, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile());
    const written = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), "utf8")));
    expect([stdout, ...written].join("").trim()).not.toBe("");
  });
});
