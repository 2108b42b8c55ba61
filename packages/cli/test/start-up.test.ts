import { describe, expect, it } from "vitest";
import { startQbench } from "./support/qbench.ts";

/** Prints to stderr, at the end of the process, which of these packages it loaded. */
const recorder = `
  import { registerHooks } from "node:module";
  import { writeSync } from "node:fs";
  const loaded = new Set();
  registerHooks({
    load(url, context, next) {
      for (const name of ["@qbench-sdk/client", "jose", "proper-lockfile", "csv-stringify", "cli-progress"])
        if (url.includes("/node_modules/" + name + "/") || url.includes(name.replace("@qbench-sdk", "/packages") + "/dist/"))
          loaded.add(name);
      return next(url, context);
    },
  });
  process.on("exit", () => writeSync(2, JSON.stringify([...loaded].sort())));`;

describe("the start of qbench", () => {
  it.each([
    ["--help", []],
    ["whoami --help", []],
    ["whoami", ["@qbench-sdk/client", "proper-lockfile"]],
    ["token", ["proper-lockfile"]],
    ["get orders/1", ["@qbench-sdk/client", "proper-lockfile"]],
    ["export orders --format ndjson", ["@qbench-sdk/client", "proper-lockfile"]],
    ["export orders --format csv", ["@qbench-sdk/client", "csv-stringify", "proper-lockfile"]],
    ["token --no-store", ["jose"]],
  ])("%s with a stored token loads only these of the large dependencies: %j", async (command, expected) => {
    const { run } = await startQbench();
    await run(["token"]);
    const { code, stderr } = await run(command.split(" "), {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(recorder)}`,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stderr)).toEqual(expected);
  });
});
