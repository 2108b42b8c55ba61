import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { startQbench } from "./support/qbench.ts";
import { rejectionOf } from "./support/rejection.ts";

const commands = ["whoami", "token", "get", "export", "api", "lists", "download", "completion"];

describe("qbench help", () => {
  it.each(["qbench", ...commands.map(name => `qbench ${name}`)])(
    "prints the help of %s without settings or requests",
    async name => {
      const { run, emulator } = await startQbench();
      const { code, stdout, stderr } = await run([...name.split(" ").slice(1), "--help"], { QBENCH_URL: "" });
      expect([code, stderr, emulator.stats.requests]).toEqual([0, "", 0]);
      await expect(stdout).toMatchFileSnapshot(`help/${name.replace(" ", "-")}.txt`);
    },
  );

  it("lists all commands", async () => {
    const { run } = await startQbench();
    const [, section = ""] = /^Commands:\n([\s\S]*?)\n\n/m.exec((await run(["--help"])).stdout) ?? [];
    const names = [...section.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name);
    expect(names.toSorted()).toEqual([...commands, "help"].toSorted());
  });

  it("prints the help to stderr without a command", async () => {
    const { run } = await startQbench();
    const { code, stdout, stderr } = await run([]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^Usage: qbench/);
  });

  it("prints the version for --version", async () => {
    const { run } = await startQbench();
    const { version } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));
    expect(await run(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("asks for a newer Node instead of reporting the responses as invalid", async () => {
    const { run, emulator } = await startQbench();
    // Node 20 lacks this function.
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent("delete JSON.rawJSON")}`;
    const { code, stdout, stderr } = await run(["get", "orders/1"], { NODE_OPTIONS });
    expect([code, stdout, emulator.stats.requests]).toEqual([2, "", 0]);
    expect(stderr).toBe(`qbench: Node ${process.version} is too old. Use Node 22.12 or later.\n`);
  });

  it.each([
    [["wohami"], "unknown command 'wohami' (Did you mean whoami?)"],
    [["export", "orders", "--sinse", "7d"], "unknown option '--sinse' (Did you mean --since?)"],
    [["whoami", "--stor"], "unknown option '--stor'. The closest valid argument is --no-store."],
    [["whoami", "--client-secret=made-up"], "unknown option '--client-secret'. The closest valid argument is "],
    [["token", "--no-store=made-up"], "option '--no-store' takes no value"],
    [["frob"], "unknown command 'frob'. The closest valid argument is get."],
    [["export", "orders", "samples"], "unknown argument 'samples'. The closest valid argument is "],
    [["export", "orders", "--since", "--help"], "argument '--help' is invalid. The value is missing."],
    [["export", "orders", "--columns", "-s", "7d"], "argument '-s' is invalid. The value is missing."],
    [["export", "orders", "--format", "--no-store"], "argument '--no-store' is invalid. The value is missing."],
    [["get"], "missing required argument 'path'"],
    [
      ["export", "orders", "--format", "xml"],
      "argument 'xml' is invalid. Allowed choices are table, json, ndjson, csv. The closest one is csv.",
    ],
  ])("prints one line about the wrong arguments %j, sends nothing, and exits with 2", async (args, message) => {
    const { code, stderr } = await rejectionOf(args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^qbench: .*\n$/)]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("made-up");
  });
});
