import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { UsageError } from "../src/errors/usage-error.ts";
import { readSettings } from "../src/settings/read-settings.ts";
import { outcomeOf, startQbench } from "./support/qbench.ts";

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

  it("reports wrong options before missing settings", async () => {
    const { run } = await startQbench();
    const stderr = "qbench: --bom works only with --format csv.\n";
    for (const args of [["get", "orders"], ["export", "orders"], ["lists"]]) {
      expect(await run([...args, "--bom"], { QBENCH_URL: "" })).toEqual({ code: 2, stdout: "", stderr });
    }
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

  it("takes the settings of --env-file before those of the environment, and only missing ones from there", async () => {
    const { run, folder, settings, emulator } = await startQbench({ clients: [{ name: "a" }, { name: "b" }] });
    const other = emulator.clients.list().find(({ id }) => id !== settings.QBENCH_CLIENT_ID);
    const lines = [`QBENCH_CLIENT_ID=${other?.id}`, `QBENCH_CLIENT_SECRET=${other?.secret}`, "QBENCH_URL="];
    await writeFile(join(folder, "tenant-b.env"), lines.join("\n"));
    await writeFile(join(folder, ".env"), "QBENCH_URL=https://other.example");
    const { code, stdout } = await run(["whoami", "--env-file", "tenant-b.env"]);
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ clientId: other?.id })]);

    const missing = await run(["whoami", "--env-file", "tenant-b.env"], { QBENCH_URL: "" });
    expect(missing).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "qbench: Missing settings: QBENCH_URL. Set them in the environment or in tenant-b.env; see qbench --help.\n",
    });
  });

  it("does not send the secret of one tenant's --env-file to the exported address of another", async () => {
    const { run, folder, settings, emulator } = await startQbench();
    await writeFile(join(folder, "tenant-b.env"), toLines(settings));
    const exported = { QBENCH_URL: "http://127.0.0.1:9", QBENCH_CLIENT_ID: "a", QBENCH_CLIENT_SECRET: "b".repeat(64) };
    expect(await run(["get", "orders/1", "--env-file", "tenant-b.env"], exported)).toMatchObject({ code: 0 });
    expect(emulator.stats.exchanges).toBe(1);
  });

  it.each<[string, (text: string) => string | Buffer]>([
    ["a byte order mark", text => `\ufeff${text}`],
    ["Windows line ends", text => text.replaceAll("\n", "\r\n")],
    ["quotes", text => text.replace(/=(.*)/g, '="$1"')],
    ["single quotes", text => text.replace(/=(.*)/g, "='$1'")],
    ["export before each name", text => text.replace(/^/gm, "export ")],
    ["spaces around names and values", text => text.replace(/(.+)=(.+)/g, "  $1 = $2  ")],
    ["comments, empty lines and other variables", text => `# tenant b\n\nOTHER=ü\n${text.replace(/$/gm, " # x")}`],
    ["no line end after the last line", text => text.trimEnd()],
  ])("reads an --env-file with %s", async (_, write) => {
    const file = await createFile(write(toLines(madeUp)));
    expect(await readSettings(file, noSignal)).toEqual({
      baseUrl: "https://lab.example",
      clientId: "b",
      clientSecret: "made-up",
    });
  });

  it.each<[string, (text: string) => Buffer, string]>([
    ["UTF-16 with a byte order mark", text => Buffer.from(`\ufeff${text}`, "utf16le"), "is UTF-16"],
    ["UTF-16", text => Buffer.from(text, "utf16le"), "is UTF-16"],
    ["UTF-16 in big-endian order", text => Buffer.from(text, "utf16le").swap16(), "is UTF-16"],
    [
      "UTF-16 in big-endian order with a byte order mark",
      text => Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
      "is UTF-16",
    ],
    ["the code page of Windows", text => Buffer.from(`# für uns\n${text}`, "latin1"), "is not UTF-8"],
    ["a compressed file", () => Buffer.from("1f8b08000000", "hex"), "is not UTF-8"],
  ])("names an --env-file that is %s, and says how to save it", async (_, encode, problem) => {
    const file = await createFile(encode(toLines(madeUp)));
    await expect(readSettings(file, noSignal)).rejects.toThrow(new UsageError(`${file} ${problem}. Save it as UTF-8.`));
  });

  it("names a .env that is UTF-16, and sends nothing", async () => {
    const { run, folder, emulator } = await startQbench();
    await writeFile(join(folder, ".env"), `\ufeff${toLines(madeUp)}`, "utf16le");
    const stderr = "qbench: .env is UTF-16. Save it as UTF-8.\n";
    expect(await run(["whoami"])).toEqual({ code: 2, stdout: "", stderr });
    expect(emulator.stats.requests).toBe(0);
  });

  it("reports an --env-file that cannot be read, in one line", async () => {
    const { run, folder } = await startQbench();
    await mkdir(join(folder, "folder"));
    await writeFile(join(folder, "large.env"), Buffer.alloc(1_000_001, "#"));
    const messages = {
      "missing.env": "Could not read missing.env (ENOENT). Check the option --env-file.",
      "": 'Could not read "" (ENOENT). Check the option --env-file.',
      folder: "Could not read folder (EISDIR). Check the option --env-file.",
      "large.env": "large.env has more than 1000000 bytes. Name another file.",
    };
    for (const [file, message] of Object.entries(messages)) {
      expect(await run(["whoami", "-e", file])).toEqual({ code: 2, stdout: "", stderr: `qbench: ${message}\n` });
    }
  });

  // Node itself also reads a file that is named by --env-file (https://github.com/nodejs/node/issues/54232).
  it.each(["-e", "--env-file"])("uses nothing but the settings of the file after %s", async option => {
    const { run, folder, settings } = await startQbench();
    const others = `XDG_STATE_HOME=${join(folder, "elsewhere")}\nHTTPS_PROXY=http://127.0.0.1:9\n`;
    const nodeOptions = option === "-e" ? "NODE_OPTIONS=--bogus\n" : "";
    await writeFile(join(folder, "tenant-b.env"), `${toLines(settings)}${others}${nodeOptions}`);
    expect(await run(["token", option, "tenant-b.env"])).toMatchObject({ code: 0, stderr: "" });
    expect((await readdir(folder)).toSorted()).toEqual(["state", "tenant-b.env"]);
  });

  it.skipIf(process.platform === "win32")(
    "reads the file from a pipe, and rejects a device without an end",
    async () => {
      const { run, folder, settings } = await startQbench();
      const pipe = join(folder, "pipe");
      execFileSync("mkfifo", [pipe]);
      const unset = { QBENCH_URL: "", QBENCH_CLIENT_ID: "", QBENCH_CLIENT_SECRET: "" };
      const [outcome] = await Promise.all([run(["token", "-e", pipe], unset), writeFile(pipe, toLines(settings))]);
      expect(outcome).toMatchObject({ code: 0, stderr: "" });
      expect(await run(["token", "-e", "/dev/zero"])).toMatchObject({
        code: 2,
        stderr: "qbench: /dev/zero has more than 1000000 bytes. Name another file.\n",
      });
    },
  );

  it.skipIf(process.platform === "win32").each([
    ["the settings", ["whoami", "-e"]],
    ["the body of a write", ["api", "orders", "--yes", "--input"]],
  ])("ends on SIGINT while it waits for %s from a pipe", async (_, args) => {
    const { start, folder } = await startQbench();
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const child = start([...args, pipe]);
    // Opened as soon as the command reads.
    const writer = await open(pipe, "w");
    child.kill("SIGINT");
    expect(await outcomeOf(child)).toEqual({ code: 130, stdout: "", stderr: "qbench: stopped\n" });
    await writer.close();
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

const noSignal = new AbortController().signal;
const madeUp = { QBENCH_URL: "https://lab.example", QBENCH_CLIENT_ID: "b", QBENCH_CLIENT_SECRET: "made-up" };

/** Creates a file of settings, which is removed after the test. */
async function createFile(content: string | Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "settings-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "tenant-b.env");
  await writeFile(file, content);
  return file;
}

/** Writes settings as the lines of a file. */
const toLines = (settings: Record<string, string>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
