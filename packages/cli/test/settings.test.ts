import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { setUp } from "./support/qbench.ts";

describe("The settings", () => {
  it("are named when they are missing, all of them at once, before anything is sent", async () => {
    const { run, emulator } = await setUp();
    const { code, stdout, stderr } = await run(["whoami"], { QBENCH_URL: "", QBENCH_CLIENT_SECRET: "" });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(
      "qbench: QBENCH_URL, QBENCH_CLIENT_SECRET: missing; set it in the environment or in .env, see qbench --help\n",
    );
    expect(emulator.stats.requests).toBe(0);
  });

  it("are read from .env in the working directory, behind the environment", async () => {
    const { run, folder, settings } = await setUp();
    const lines = Object.entries({ ...settings, QBENCH_CLIENT_ID: "somebody else" });
    await writeFile(join(folder, ".env"), lines.map(([name, value]) => `${name}="${value}"\n`).join(""));
    const fromFile = { QBENCH_URL: "", QBENCH_CLIENT_SECRET: "" };
    expect(await run(["get", "orders/1"], fromFile)).toMatchObject({ code: 0, stderr: "" });
    expect(await run(["get", "orders/1"], { ...fromFile, QBENCH_CLIENT_ID: "" })).toMatchObject({ code: 2 });
  });

  it("are all that is read from .env", async () => {
    const { run, folder } = await setUp();
    await writeFile(join(folder, ".env"), `XDG_STATE_HOME=${join(folder, "elsewhere")}\nNODE_OPTIONS=--bogus\n`);
    const home = join(folder, "home");
    // Windows has its own folder for it.
    const outcome = await run(["token"], { XDG_STATE_HOME: "", HOME: home, LOCALAPPDATA: join(home, ".local/state") });
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(await readdir(join(home, ".local/state/qbench-sdk"))).toHaveLength(1);
    expect((await readdir(folder)).toSorted()).toEqual([".env", "home"]);
  });

  it("are not looked for in what cannot be read", async () => {
    const { run, folder } = await setUp();
    await mkdir(join(folder, ".env"));
    expect(await run(["whoami"])).toEqual({ code: 2, stdout: "", stderr: "qbench: .env: cannot be read (EISDIR)\n" });
  });

  it.each([
    ["an address in the clear", { QBENCH_URL: "http://lab.example" }, /^qbench: QBENCH_URL: must begin with https/],
    [
      "a secret of somebody else's",
      { QBENCH_CLIENT_SECRET: "x".repeat(64) },
      /^qbench: QBENCH_CLIENT_SECRET: .*status 400/,
    ],
    ["an id that nobody has", { QBENCH_CLIENT_ID: "nobody" }, /^qbench: .*QBENCH_CLIENT_/],
  ])("are refused, and named: %s", async (_, wrong, message) => {
    const { run } = await setUp();
    const { code, stdout, stderr } = await run(["get", "orders/1"], wrong);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("xxx");
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("are held to be wrong when the refusal is in other words", async () => {
    const { run, emulator } = await setUp();
    emulator.faults.add({ on: "token", status: 403, body: { error: "not_today" } });
    const { code, stdout, stderr } = await run(["token"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^qbench: .*403.*\n$/);
    emulator.faults.clear();
    expect(await run(["token"])).toMatchObject({ code: 0 });
  });

  it("are not held to be wrong when the server fails", async () => {
    const { run, emulator } = await setUp();
    emulator.faults.add({ on: "api", status: 500 });
    expect(await run(["whoami"])).toMatchObject({ code: 1, stdout: "" });
  });

  it("are named when nobody is at the address", async () => {
    const { run, emulator } = await setUp();
    await emulator.close();
    const { code, stderr } = await run(["whoami"]);
    expect([code, stderr]).toEqual([1, `qbench: QBENCH_URL: could not reach ${emulator.url} (ECONNREFUSED)\n`]);
  });
});
