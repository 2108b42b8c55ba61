import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startQbench } from "./support/qbench.ts";

describe("qbench settings", () => {
  it("names all missing settings in one message and sends nothing", async () => {
    const { run, emulator } = await startQbench();
    const { code, stdout, stderr } = await run(["whoami"], { QBENCH_URL: "", QBENCH_CLIENT_SECRET: "" });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(
      "qbench: Missing settings: QBENCH_URL, QBENCH_CLIENT_SECRET. Set them in the environment or in .env; see qbench --help.\n",
    );
    expect(emulator.stats.requests).toBe(0);
  });

  it("reads settings from .env in the working directory if the environment lacks them", async () => {
    const { run, folder, settings } = await startQbench();
    const lines = Object.entries({ ...settings, QBENCH_CLIENT_ID: "another client" });
    await writeFile(join(folder, ".env"), lines.map(([name, value]) => `${name}="${value}"\n`).join(""));
    const fromFile = { QBENCH_URL: "", QBENCH_CLIENT_SECRET: "" };
    expect(await run(["get", "orders/1"], fromFile)).toMatchObject({ code: 0, stderr: "" });
    expect(await run(["get", "orders/1"], { ...fromFile, QBENCH_CLIENT_ID: "" })).toMatchObject({ code: 2 });
  });

  it("reads nothing but the settings from .env", async () => {
    const { run, folder } = await startQbench();
    await writeFile(join(folder, ".env"), `XDG_STATE_HOME=${join(folder, "elsewhere")}\nNODE_OPTIONS=--bogus\n`);
    const home = join(folder, "home");
    // Windows stores the token in LOCALAPPDATA.
    const outcome = await run(["token"], { XDG_STATE_HOME: "", HOME: home, LOCALAPPDATA: join(home, ".local/state") });
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(await readdir(join(home, ".local/state/qbench-sdk"))).toHaveLength(1);
    expect((await readdir(folder)).toSorted()).toEqual([".env", "home"]);
  });

  it("reports a .env that cannot be read", async () => {
    const { run, folder } = await startQbench();
    await mkdir(join(folder, ".env"));
    expect(await run(["whoami"])).toEqual({ code: 2, stdout: "", stderr: "qbench: Could not read .env (EISDIR).\n" });
  });

  it.each([
    ["a URL without TLS", { QBENCH_URL: "http://lab.example" }, /^qbench: QBENCH_URL: must begin with https/],
    ["a wrong secret", { QBENCH_CLIENT_SECRET: "x".repeat(64) }, /^qbench: QBENCH_CLIENT_SECRET: .*status 400/],
    ["an unknown client id", { QBENCH_CLIENT_ID: "unknown" }, /^qbench: .*QBENCH_CLIENT_/],
  ])("exits with 2 and names the setting: %s", async (_, wrong, message) => {
    const { run } = await startQbench();
    const { code, stdout, stderr } = await run(["get", "orders/1"], wrong);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("xxx");
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("exits with 2 if the token endpoint rejects a request with an unknown error", async () => {
    const { run, emulator } = await startQbench();
    emulator.faults.add({ on: "token", status: 403, body: { error: "not_today" } });
    const { code, stdout, stderr } = await run(["token"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^qbench: .*403.*\n$/);
    emulator.faults.clear();
    expect(await run(["token"])).toMatchObject({ code: 0 });
  });

  it("exits with 1 if the server fails", async () => {
    const { run, emulator } = await startQbench();
    emulator.faults.add({ on: "api", status: 500 });
    expect(await run(["whoami"])).toMatchObject({ code: 1, stdout: "" });
  });

  it("names QBENCH_URL if the connection is refused", async () => {
    const { run, emulator } = await startQbench();
    await emulator.close();
    const { code, stderr } = await run(["whoami"]);
    expect([code, stderr]).toEqual([
      1,
      `qbench: QBENCH_URL: could not reach ${emulator.url} (ECONNREFUSED). Check the network and HTTPS_PROXY.\n`,
    ]);
  });
});
