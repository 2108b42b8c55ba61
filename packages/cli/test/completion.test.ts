import { execFileSync } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatForBash, formatWithDescriptions } from "../src/completion/format-suggestions.ts";
import { splitLine } from "../src/completion/split-line.ts";
import { suggest } from "../src/completion/suggest.ts";
import { createProgram } from "../src/program.ts";
import { isInstalled } from "./support/installed.ts";
import { createPrograms } from "./support/programs.ts";
import { startQbench } from "./support/qbench.ts";
import { openTerminal, type Terminal, type TerminalOptions } from "./support/terminal.ts";

/** The characters at which Bash begins a new word, by default. */
const wordBreaks = " \t\n\"'@><=;|&(:";

const program = createProgram(new AbortController().signal);

describe("Suggestions", () => {
  it.each<[words: string[], expected: string[]]>([
    [["exp"], ["export"]],
    [["w"], ["whoami"]],
    [["help", "li"], ["lists"]],
    [["unknown", ""], []],
    [["export", "sou"], ["sources"]],
    [["export", "/qbench/api/v2/sou"], ["/qbench/api/v2/sources"]],
    [["export", "orders/1/sam"], ["orders/1/samples"]],
    [["export", "orders/1"], []],
    [["lists", "/orders/{order_id}/sam"], ["/orders/{order_id}/samples"]],
    [
      ["get", "sources"],
      ["sources", "sources/"],
    ],
    [["get", "tests/1/w"], ["tests/1/worksheet/data"]],
    [["get", "orders", ""], []],
    [["api", "reports/p"], ["reports/publish"]],
    [["export", "orders", "--fi"], ["--filter"]],
    [["export", "--since", "7d", "--si"], []],
    [["export", "-f", "id=1", "--fi"], ["--filter"]],
    [["export", "-f"], ["-f"]],
    [["export", "--", "--fi"], []],
    [["export", "orders", "--format", "t"], ["table"]],
    [["export", "orders", "--format=c"], ["--format=csv"]],
    [["export", "orders", "-f", "sort_o"], ["sort_order="]],
    [["export", "orders", "-fsort_o"], ["-fsort_order="]],
    [
      ["export", "orders", "-f", "sort_order="],
      ["sort_order=ASC", "sort_order=DESC"],
    ],
    [["export", "orders", "--filter=sort_order=D"], ["--filter=sort_order=DESC"]],
    [["export", "orders", "-f", "sort_order=ASC", "-f", "sort_o"], []],
    [["export", "orders", "-f", "customer_ids=1", "-f", "customer_id"], ["customer_ids="]],
    [["export", "orders", "-f", "page_n"], []],
    [["get", "orders", "-f", "page_n"], ["page_num="]],
    [["get", "orders?page_size=5", "-f", "page_n"], ["page_num="]],
    [["get", "https://example.qbench.net/qbench/api/v2/orders/1/samples", "--columns", "sample_t"], ["sample_type"]],
    [["export", "orders", "-f", "nonsense="], []],
    [["export", "orders", "--columns", "id,custom_f"], ["id,custom_formatted_id"]],
    [["export", "orders", "--columns", "id,i"], ["id,invoicing_notes"]],
    [
      ["export", "orders", "-cid,_"],
      ["-cid,_self", "-cid,_type"],
    ],
    [["get", "orders/%", "--columns", "i"], []],
    [
      ["api", "orders", "-X", ""],
      ["GET", "PATCH", "POST"],
    ],
    [["api", "orders", "-f", "invoicing_n"], ["invoicing_notes="]],
    [["api", "orders", "-X", "get", "-f", "page_n"], ["page_num="]],
    [["api", "orders", "--input", "-", "-f", "page_n"], []],
    [
      ["download", ""],
      ["report", "attachment"],
    ],
    [["completion", "z"], ["zsh"]],
  ])("are for %j: %j", async (words, expected) => {
    const { values } = await suggest(program, words);
    expect(values.map(({ value }) => value)).toEqual(expected);
  });

  it("describe commands, lists and filters", async () => {
    expect((await suggest(program, ["tok"])).values).toEqual([
      { value: "token", description: "print an access token, for use by another program" },
    ]);
    expect((await suggest(program, ["export", "orders/1/sam"])).values).toEqual([
      { value: "orders/1/samples", description: "List the samples of one of the orders" },
    ]);
    expect((await suggest(program, ["export", "orders", "-f", "customer_id"])).values).toEqual([
      { value: "customer_ids=", description: "list of integers. Only records with these ids." },
    ]);
  });

  it("leave the names of files to the shell", async () => {
    const suggestions = await suggest(program, ["whoami", "--env-file", "stag"]);
    expect(suggestions).toEqual({ kind: "files", values: [] });
  });

  it("for Bash are only the part of a word after a word break, and have a space after whole words", async () => {
    const complete = async (text: string, breaks: string = wordBreaks): Promise<string> => {
      const line = splitLine(text, breaks);
      return formatForBash(await suggest(program, line.words.slice(1)), line);
    };
    expect(await complete("qbench exp")).toBe("values\nexport \n");
    expect(await complete("qbench get sources")).toBe("values\nsources \nsources/\n");
    expect(await complete("qbench export orders -f sort_order=D")).toBe("values\nDESC \n");
    expect(await complete("qbench export orders -f sort_order=D", " \n")).toBe("values\nsort_order=DESC \n");
    expect(await complete("qbench export orders -f 'sort_order=D")).toBe("values\nsort_order=DESC\n");
    expect(await complete("qbench export orders --filter='sort_order=D")).toBe("values\nsort_order=DESC\n");
    expect(await complete("qbench export orders --columns id,custom_f")).toBe("list\nid,custom_formatted_id\n");
  });

  it("never have characters that control a terminal or hide text", () => {
    const values = [
      { value: "a\u001b[2J" },
      { value: "b", description: "x\u001b]0;title\u0007\ny\u202e" },
      { value: "c\nd" },
    ];
    expect(formatWithDescriptions({ kind: "values", values })).toBe("values\nb\tx ]0;title  y \n");
    expect(formatForBash({ kind: "values", values }, splitLine("qbench ", wordBreaks))).toBe("values\nb \n");
  });
});

describe("qbench complete", () => {
  it("prints the suggestions for each shell, without settings or requests", async () => {
    const { run, emulator } = await startQbench();
    const complete = (...args: string[]) => run(["complete", ...args], { QBENCH_URL: "", QBENCH_CLIENT_ID: "" });
    const printed = { code: 0, stdout: "values\nsort_order=DESC\t\n", stderr: "" };
    expect(await complete("fish", "--", "export", "orders", "-f", "sort_order=D")).toEqual(printed);
    expect(await complete("zsh", "--", "export", "orders", "-f", "sort_order=D")).toEqual(printed);
    expect((await complete("bash", "--", wordBreaks, "qbench export orders -f sort_order=D")).stdout).toBe(
      "values\nDESC \n",
    );
    expect(emulator.stats.requests).toBe(0);
  });

  it("loads the API document only for what is in it", async () => {
    const { run } = await startQbench();
    const hooks = `import { registerHooks } from "node:module";
      registerHooks({
        resolve(specifier, context, next) {
          if (specifier.startsWith("@qbench-sdk/types")) throw new Error("The document was loaded.");
          return next(specifier, context);
        },
      });`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hooks)}` };
    const suggestions = async (...words: string[]) => run(["complete", "fish", "--", ...words], env);
    expect(await suggestions("export", "orders", "--format", "t")).toMatchObject({
      code: 0,
      stdout: "values\ntable\t\n",
    });
    expect(await suggestions("export", "ord")).toMatchObject({ code: 1, stdout: "" });
  });
});

describe.runIf(isInstalled("bash"))("A command line for Bash", () => {
  /** Returns the words of each command line as Bash reads them. */
  function wordsOf(lines: readonly string[]): string[][] {
    const input = lines.map(line => `set -- ${line}; printf '%s\\0' $# "$@"`).join("\n");
    const output = execFileSync("bash", { input, encoding: "utf8" }).split("\0");
    return lines.map(() => output.splice(0, Number(output.shift())));
  }
  const letters = (characters: string) =>
    fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 8 });

  it("is split into the same words", () => {
    const part = fc.oneof(
      letters("ab=,:/-_\u00a0é"),
      letters("a \"'\\$=").map(text => `'${text.replaceAll("'", "")}'`),
      letters("a '=").map(text => `"${text}"`),
      letters("a '\"$`;&|<>()").map(text => text.replaceAll(/./g, "\\$&")),
    );
    const word = fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => parts.join(""));
    const lines = fc.sample(fc.array(word, { minLength: 1, maxLength: 4 }), 1_000).map(words => words.join("  "));
    expect(lines.map(line => splitLine(line, wordBreaks).words)).toEqual(wordsOf(lines));
  });

  it("gets values that mean themselves, whatever characters they have", () => {
    const character = fc.oneof(
      fc.constantFrom(..."a $`\\\"'!*?~#;&|<>(){}[],="),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
    );
    const texts = fc.tuple(fc.string({ unit: character, minLength: 1, maxLength: 6 }), fc.constantFrom("", "'", '"'));
    const inserted = fc.sample(texts, 1_000).flatMap(([value, quote]) => {
      const [, text] = formatForBash({ kind: "values", values: [{ value }] }, splitLine(quote, wordBreaks)).split("\n");
      // Some values cannot be inserted.
      return text ? [{ value, line: quote + text + quote }] : [];
    });
    expect(inserted.length).toBeGreaterThan(500);
    expect(wordsOf(inserted.map(({ line }) => line))).toEqual(inserted.map(({ value }) => [value]));
  });
});

/** The commands that add completion to each shell, as the README shows them. */
const setups = {
  bash: "source <(qbench completion bash)",
  zsh: "autoload -U compinit; compinit -D; source <(qbench completion zsh)",
  fish: "qbench completion fish | source",
};
const shells = Object.keys(setups) as (keyof typeof setups)[];

async function openShell(shell: NonNullable<TerminalOptions["shell"]>) {
  const qbench = await startQbench();
  const { folder, state, settings } = qbench;
  const env = { ...(await createPrograms(folder)), XDG_STATE_HOME: state, ...settings };
  const terminal = await openTerminal({ shell, cwd: folder, env, columns: 160 });
  await terminal.run(setups[shell]);
  await terminal.press("C-l");
  return { ...qbench, terminal };
}

async function complete(terminal: Terminal, text: string, expected: RegExp): Promise<string> {
  await terminal.type(text);
  await terminal.press("Tab");
  return terminal.waitFor(expected);
}

describe.runIf(isInstalled("tmux"))("Completion in a terminal", () => {
  it.each(shells.filter(isInstalled))("completes a whole command line in %s, which then runs", async shell => {
    const { terminal, emulator } = await openShell(shell);
    await complete(terminal, "qbench exp", /qbench export/);
    await complete(terminal, "ord", /qbench export orders/);
    await complete(terminal, "--fi", /orders --filter/);
    await complete(terminal, "sort_or", /--filter sort_order=/);
    await complete(terminal, "D", /sort_order=DESC/);
    await complete(terminal, "--form", /DESC --format/);
    await complete(terminal, "nd", /--format ndjson/);
    await complete(terminal, "--col", /ndjson --columns/);
    await complete(terminal, "id,custom_f", /id,custom_formatted_id/);
    expect(emulator.stats.requests).toBe(0);
    await terminal.press("Enter");
    const { code, screen } = await terminal.finished();
    expect(code).toBe(0);
    expect(screen).toMatch(/\{"id":\d+,"custom_formatted_id":/);
  });

  it.each(shells.filter(isInstalled))("completes the path of a record and its lists in %s", async shell => {
    const { terminal } = await openShell(shell);
    await complete(terminal, "qbench get ord", /get orders/);
    await complete(terminal, "/1/sam", /orders\/1\/samples/);
  });

  it.each(shells.filter(isInstalled))("completes inside of an open quote in %s", async shell => {
    const { terminal } = await openShell(shell);
    await complete(terminal, "qbench export orders -f 'sort_order=D", /'sort_order=DESC'/);
  });

  it.each(shells.filter(isInstalled))("completes the names of files in %s", async shell => {
    const { terminal, folder } = await openShell(shell);
    await writeFile(join(folder, "staging.env"), "");
    await complete(terminal, "qbench whoami --env-file stag", /--env-file staging.env/);
    await terminal.press("C-u");
    await complete(terminal, "qbench whoami --env-file=stag", /--env-file=staging.env/);
  });

  it.each(shells.filter(isInstalled))("leaves a line that has no completion as it is in %s", async shell => {
    const { terminal } = await openShell(shell);
    await terminal.type("qbench export nonsense --filter a");
    await terminal.press("Tab");
    await terminal.type("b");
    await terminal.waitFor(/^\[0\] \$ qbench export nonsense --filter ab$/);
  });

  it.each(shells.filter(isInstalled))("prints nothing in %s if qbench was removed", async shell => {
    const { terminal, folder } = await openShell(shell);
    await rm(join(folder, "bin/qbench"));
    await terminal.type("qbench exp");
    await terminal.press("Tab");
    await terminal.type("X");
    await terminal.waitFor(/^\[0\] \$ qbench expX$/);
  });
});
