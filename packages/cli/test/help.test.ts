import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { setUp } from "./support/qbench.ts";

describe("The help", () => {
  it.each(["qbench", "qbench whoami", "qbench token", "qbench get", "qbench export"])(
    "of %s needs no settings",
    async name => {
      const { run, emulator } = await setUp();
      const { code, stdout, stderr } = await run([...name.split(" ").slice(1), "--help"], { QBENCH_URL: "" });
      expect([code, stderr, emulator.stats.requests]).toEqual([0, "", 0]);
      await expect(stdout).toMatchFileSnapshot(`help/${name.replace(" ", "-")}.txt`);
    },
  );

  it("comes to stderr for a call without a command", async () => {
    const { run } = await setUp();
    const { code, stdout, stderr } = await run([]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^Usage: qbench/);
  });

  it("knows the version", async () => {
    const { run } = await setUp();
    const { version } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));
    expect(await run(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it.each([
    [["wohami"], "unknown command 'wohami' (Did you mean whoami?)"],
    [["export", "orders", "--sinse", "7d"], "unknown option '--sinse' (Did you mean --since?)"],
    [["whoami", "--client-secret=made-up"], "unknown option '--client-secret'"],
    [["get"], "missing required argument 'path'"],
    [["export", "orders", "--format", "xml"], "argument 'xml' is invalid. Allowed choices are ndjson, csv."],
  ])("is one line for %j, with exit code 2", async (args, message) => {
    const { run } = await setUp();
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^qbench: .*\n$/);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("made-up");
  });
});
