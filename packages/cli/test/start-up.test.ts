import { describe, expect, it } from "vitest";
import { startQbench } from "./support/qbench.ts";

/** Prints to stderr, at the end of the process, which of these packages it loaded. */
const recorder = `
  import { registerHooks } from "node:module";
  import { writeSync } from "node:fs";
  const loaded = new Set();
  registerHooks({
    load(url, context, next) {
      for (const name of ["@qbench-sdk/auth", "@qbench-sdk/client", "jose", "proper-lockfile", "csv-stringify", "cli-progress"])
        if (url.includes("/node_modules/" + name + "/") || url.includes(name.replace("@qbench-sdk", "/packages") + "/dist/"))
          loaded.add(name);
      return next(url, context);
    },
  });
  process.on("exit", () => writeSync(2, JSON.stringify([...loaded].sort())));`;

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

describe("the start of qbench", () => {
  it.each([
    ["--help", []],
    ["whoami --help", []],
    ["whoami", ["@qbench-sdk/auth", "@qbench-sdk/client", "proper-lockfile"]],
    ["token", ["@qbench-sdk/auth", "proper-lockfile"]],
    ["get orders/1", ["@qbench-sdk/auth", "@qbench-sdk/client", "proper-lockfile"]],
    ["export orders --format ndjson", ["@qbench-sdk/auth", "@qbench-sdk/client", "proper-lockfile"]],
    ["export orders --format csv", ["@qbench-sdk/auth", "@qbench-sdk/client", "csv-stringify", "proper-lockfile"]],
    ["token --no-store", ["@qbench-sdk/auth", "jose"]],
  ])("%s with a stored token loads only these of the large dependencies: %j", async (command, expected) => {
    const { run } = await startQbench();
    await run(["token"]);
    const { code, stderr } = await run(command.split(" "), preload(recorder));
    expect(code).toBe(0);
    expect(JSON.parse(stderr)).toEqual(expected);
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
