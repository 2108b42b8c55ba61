import { describe, expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { startQbench } from "./support/qbench.ts";

/** What not every command needs: all dependencies except commander, and the largest of theirs. */
const packages = [
  ...Object.keys(manifest.dependencies).filter(name => !name.includes("commander")),
  ...["jose", "proper-lockfile"],
];

/** Prints to stderr, at the end of the process, which of these packages it loaded. */
const recorder = `
  import { registerHooks } from "node:module";
  import { writeSync } from "node:fs";
  const loaded = new Set();
  registerHooks({
    load(url, context, next) {
      if (url.endsWith(".outline.js")) loaded.add("the outline");
      for (const name of ${JSON.stringify(packages)}) {
        const folder = name.replace("@qbench-sdk", "/packages") + "/dist/";
        if (url.includes("/node_modules/" + name + "/") || url.includes(folder)) loaded.add(name);
      }
      return next(url, context);
    },
  });
  process.on("exit", () => writeSync(2, "\\n" + JSON.stringify([...loaded])));`;

/** Lets the imports of a package fail as if it was not installed. */
const missing = (name: string): string => `
  import { registerHooks } from "node:module";
  registerHooks({
    resolve(specifier, context, next) {
      if (!specifier.startsWith("${name}")) return next(specifier, context);
      throw Object.assign(new Error("Cannot find package /secret/folder"), { code: "ERR_MODULE_NOT_FOUND" });
    },
  });`;

const preload = (program: string) => ({
  NODE_OPTIONS: `${process.env.NODE_OPTIONS} --import=data:text/javascript,${encodeURIComponent(program)}`,
});

/** What a command with a token from a file loads. */
const stored = ["@qbench-sdk/auth", "proper-lockfile"];
/** What a command with requests loads. */
const sending = [...stored, "@qbench-sdk/client", "@qbench-sdk/types"];
/** What a command loads that checks names against the document. */
const checking = ["@qbench-sdk/types", "fastest-levenshtein", "the outline"];

describe("the start of qbench", () => {
  it.each([
    ["--help", []],
    ["export --help", []],
    ["completion bash", []],
    ["complete fish -- exp", []],
    ["complete fish -- export ord", checking],
    ["complete fish -- export orders -f cus", ["@qbench-sdk/types", "the outline"]],
    ["lists orders", [...checking, "@qbench-sdk/auth", "@qbench-sdk/client"]],
    ["token", stored],
    ["token --no-store", ["@qbench-sdk/auth", "jose"]],
    ["whoami", sending],
    ["api orders/1", [...sending, ...checking]],
    ["get orders/1", [...sending, ...checking]],
    ["export orders --format ndjson", [...sending, ...checking]],
    ["export orders --format csv", [...sending, ...checking, "csv-stringify"]],
    ["export orders --format table", [...sending, ...checking, "fast-string-width"]],
    ["download report 1", [...sending, "content-disposition", "filenamify"]],
  ])("%s with a stored token loads only these of the large dependencies: %j", async (command, expected) => {
    const { run } = await startQbench();
    await run(["token"]);
    const { code, stderr } = await run(command.split(" "), preload(recorder));
    expect(code).toBe(0);
    expect(JSON.parse(stderr.split("\n").at(-1) ?? "").toSorted()).toEqual([...new Set(expected)].toSorted());
  });

  it.each([
    ["the client, which the error report needs too", "@qbench-sdk/client", "get orders/1"],
    ["the package for tokens, which the error report needs too", "@qbench-sdk/auth", "get orders/1"],
    ["the library for CSV", "csv-stringify", "export orders --format csv"],
    ["the library that locks the token file", "proper-lockfile", "token"],
  ])("explains in one line that %s is not installed, with exit code 1", async (_, name, command) => {
    const { run } = await startQbench();
    expect(await run(command.split(" "), preload(missing(name)))).toEqual({
      code: 1,
      stdout: "",
      stderr: "qbench: A part of qbench could not be loaded. Install @qbench-sdk/cli again.\n",
    });
  });
});
