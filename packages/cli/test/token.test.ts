import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startQbench } from "./support/qbench.ts";

describe("qbench token", () => {
  it("prints an access token and nothing else", async () => {
    const { run, settings } = await startQbench();
    const { code, stdout, stderr } = await run(["token"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^\S+\n$/);
    const response = await fetch(`${settings.QBENCH_URL}/qbench/api/v2/orders/1`, {
      headers: { authorization: `Bearer ${stdout.trim()}` },
    });
    expect(response.status).toBe(200);
  });

  it("stores the token for later commands, in a file that only the user can read", async () => {
    const { run, emulator, state } = await startQbench();
    const { stdout } = await run(["token"]);
    expect(await run(["token"])).toMatchObject({ stdout });
    expect(await run(["get", "orders/1"])).toMatchObject({ code: 0 });
    expect(emulator.stats.exchanges).toBe(1);
    const [name = "", ...others] = await readdir(join(state, "qbench-sdk"));
    expect(others).toEqual([]);
    const file = join(state, "qbench-sdk", name);
    expect(await readFile(file, "utf8")).toContain(stdout.trim());
    if (process.platform !== "win32") expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("stores one token for each API client", async () => {
    const { run, emulator } = await startQbench({ clients: [{ name: "One" }, { name: "Other" }] });
    const other = emulator.clients.list().find(({ name }) => name === "Other");
    const asOther = { QBENCH_CLIENT_ID: other?.id ?? "", QBENCH_CLIENT_SECRET: other?.secret ?? "" };
    const [first, second] = [await run(["token"]), await run(["token"], asOther)];
    expect(second.stdout).not.toBe(first.stdout);
    expect([(await run(["token"])).stdout, emulator.stats.exchanges]).toEqual([first.stdout, 2]);
  });

  it("stores no token with --no-store", async () => {
    const { run, emulator, folder } = await startQbench();
    await run(["token", "--no-store"]);
    await run(["token", "--no-store"]);
    expect([emulator.stats.exchanges, await readdir(folder)]).toEqual([2, []]);
  });

  it("gets a new token if QBench rejects the stored one", async () => {
    const { run, emulator } = await startQbench();
    await run(["token"]);
    emulator.revokeTokens();
    expect(await run(["get", "orders/1"])).toMatchObject({ code: 0, stderr: "" });
    expect(emulator.stats.exchanges).toBe(2);
  });

  it("reports that the token could not be stored, and still prints it", async () => {
    const { run, state } = await startQbench();
    await writeFile(state, "");
    const { code, stdout, stderr } = await run(["token"]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\S+\n$/)]);
    expect(stderr).toMatch(
      /^qbench: Could not store the access token for later commands \(.+\)\. Check XDG_STATE_HOME, or use --no-store\.\n$/,
    );
    expect(stderr).not.toContain(stdout.trim());
  });
});
