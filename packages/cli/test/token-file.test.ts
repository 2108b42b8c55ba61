import { execFileSync } from "node:child_process";
import { chmod, chown, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startQbench } from "./support/qbench.ts";

const isRoot = process.geteuid?.() === 0;

/** Starts an emulator and stores a token. The name of the user's folder has characters that are special in a shell. */
async function startWithToken() {
  const qbench = await startQbench();
  const state = join(qbench.folder, "it's my state");
  const run = (args: readonly string[]) => qbench.run(args, { XDG_STATE_HOME: state });
  expect(await run(["token"])).toMatchObject({ code: 0, stderr: "" });
  const folder = join(state, "qbench-sdk");
  const [name = ""] = await readdir(folder);
  const quote = (path: string) => `'${path.replace("'", "'\\''")}'`;
  return { ...qbench, run, tokenFolder: folder, file: join(folder, name), quote };
}

type Start = Awaited<ReturnType<typeof startWithToken>>;

// Windows has no such modes.
describe.skipIf(process.platform === "win32")("the token file of qbench", () => {
  it.each<[string, (start: Start) => Promise<unknown>, (start: Start) => string]>([
    [
      "others can read it",
      ({ file }) => chmod(file, 0o644),
      ({ file, quote }) => `${file} is open to others (mode 0644), so it is not read. Run: chmod 600 ${quote(file)}`,
    ],
    [
      "others can write it",
      ({ file }) => chmod(file, 0o602),
      ({ file, quote }) => `${file} is open to others (mode 0602), so it is not read. Run: chmod 600 ${quote(file)}`,
    ],
    [
      "its group can read it",
      ({ file }) => chmod(file, 0o640),
      ({ file, quote }) => `${file} is open to others (mode 0640), so it is not read. Run: chmod 600 ${quote(file)}`,
    ],
    [
      "every user can replace it",
      ({ tokenFolder }) => chmod(tokenFolder, 0o777),
      ({ tokenFolder, quote }) =>
        `${tokenFolder} is a folder in which every user can replace files. Use another one, or run: chmod 700 ${quote(tokenFolder)}`,
    ],
    [
      "it is a symbolic link",
      async ({ file, folder }) => {
        await rename(file, join(folder, "planted"));
        await symlink(join(folder, "planted"), file);
      },
      ({ file, quote }) => `${file} is not a regular file. Set another path, or run: rm ${quote(file)}`,
    ],
    [
      "a folder has its path",
      async ({ file }) => {
        await rename(file, `${file}.old`);
        await mkdir(file);
      },
      ({ file, quote }) => `${file} is not a regular file. Set another path, or run: rmdir ${quote(file)}`,
    ],
  ])("is rejected before a request, with the command that helps, if %s", async (_, damage, message) => {
    const start = await startWithToken();
    const { run, emulator } = start;
    await damage(start);
    const { requests } = emulator.stats;
    const { code, stdout, stderr } = await run(["get", "orders/1"]);
    expect([code, stdout, stderr]).toEqual([2, "", `qbench: Unsafe token file: ${message(start)}\n`]);
    expect(emulator.stats.requests).toBe(requests);
    expect(await run(["get", "orders/1", "--no-store"])).toMatchObject({ code: 0, stderr: "" });

    execFileSync("sh", ["-c", stderr.trim().split(/ run: /i)[1] ?? ""]);
    expect(await run(["get", "orders/1"])).toMatchObject({ code: 0, stderr: "" });
  });

  it.runIf(isRoot).each<[string, (start: Start) => string, (start: Start) => string]>([
    [
      "the file",
      ({ file }) => file,
      ({ file, quote }) => `${file} belongs to another user, so it is not read. Run: rm ${quote(file)}`,
    ],
    [
      "the folder",
      ({ tokenFolder }) => tokenFolder,
      ({ tokenFolder }) =>
        `${tokenFolder} belongs to another user. Set XDG_STATE_HOME to a folder of your own, or use --no-store.`,
    ],
  ])("is rejected before a request if %s belongs to another user", async (_, path, message) => {
    const start = await startWithToken();
    await chown(path(start), 12_345, 12_345);
    const { requests } = start.emulator.stats;
    expect(await start.run(["token"])).toEqual({
      code: 2,
      stdout: "",
      stderr: `qbench: Unsafe token file: ${message(start)}\n`,
    });
    expect(start.emulator.stats.requests).toBe(requests);
  });

  it("is not rejected if its group can write to the folder, as with the umask 002", async () => {
    const { run, tokenFolder } = await startWithToken();
    await chmod(tokenFolder, 0o775);
    expect(await run(["token"])).toMatchObject({ code: 0, stderr: "" });
  });

  it("is replaced if it is damaged", async () => {
    const { run, file } = await startWithToken();
    await writeFile(file, "{");
    const { code, stdout, stderr } = await run(["token"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(await readFile(file, "utf8")).toContain(stdout.trim());
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});
