import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { RunningEmulator } from "@qbench-sdk/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { draftOf } from "../src/output/file-draft.ts";
import { fileName } from "../src/output/file-name.ts";
import { outcomeOf, startQbench } from "./support/qbench.ts";

/** Returns the content of the folder in which the command runs, without the folder for tokens. */
const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter(name => name !== "state").toSorted();

const readsOfReport = ({ byOperation }: RunningEmulator["stats"]): number | undefined =>
  Object.entries(byOperation).find(([name]) => /^GET \S+\/reports\/\{\w+\}$/.test(name))?.[1];

/** What a presigned URL consists of. */
const secretParts = /Signature|AWSAccessKeyId|x-amz|Expires=|emulated-s3/i;

const wholePdf = /^%PDF-1\.4[\s\S]*%%EOF\n?$/;

const expired = { on: "storage", status: 403, body: "<Code>AccessDenied</Code> Request has expired" } as const;

describe("qbench download", () => {
  it.each([
    ["report", "1.pdf"],
    ["attachment", "1.pdf"],
  ])("saves the file of a %s under its own name, and writes a note and nothing else", async (kind, name) => {
    const { run, folder } = await startQbench();
    expect(await run(["download", kind, "1"])).toEqual({
      code: 0,
      stdout: "",
      stderr: expect.stringMatching(/^qbench: Saved 1\.pdf \(\d+ B\)\.\n$/),
    });
    expect(await filesIn(folder)).toEqual([name]);
    expect(await readFile(join(folder, name), "utf8")).toMatch(wholePdf);
  });

  it("writes no note with --quiet", async () => {
    const { run } = await startQbench();
    expect(await run(["download", "report", "1", "--quiet"])).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("does not replace a file unless -o names it", async () => {
    const { run, folder } = await startQbench();
    await writeFile(join(folder, "1.pdf"), "mine");
    expect(await run(["download", "report", "1"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "qbench: 1.pdf exists already. Name a file after -o, which is replaced if it exists.\n",
    });
    expect(await readFile(join(folder, "1.pdf"), "utf8")).toBe("mine");
    expect(await run(["download", "report", "1", "-o", "1.pdf"])).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, "1.pdf"), "utf8")).toContain("%PDF");
    expect(await filesIn(folder)).toEqual(["1.pdf"]);
  });

  it.skipIf(process.platform === "win32")(
    "keeps the permissions and the symbolic link of a file that it replaces",
    async () => {
      const { run, folder } = await startQbench();
      await mkdir(join(folder, "files"));
      await writeFile(join(folder, "files", "private.pdf"), "old");
      await chmod(join(folder, "files", "private.pdf"), 0o600);
      await symlink("files/private.pdf", join(folder, "link.pdf"));
      expect(await run(["download", "report", "1", "-o", "link.pdf"])).toMatchObject({ code: 0 });
      expect(await readlink(join(folder, "link.pdf"))).toBe("files/private.pdf");
      expect(await readFile(join(folder, "files", "private.pdf"), "utf8")).toContain("%PDF");
      expect((await stat(join(folder, "files", "private.pdf"))).mode & 0o777).toBe(0o600);
      expect(await filesIn(join(folder, "files"))).toEqual(["private.pdf"]);
    },
  );

  it("writes the file to stdout with -o -, and nothing to stderr", async () => {
    const { run, folder } = await startQbench();
    const { code, stdout, stderr } = await run(["download", "attachment", "1", "-o", "-"]);
    expect([code, stderr, await filesIn(folder)]).toEqual([0, "", []]);
    expect(stdout).toMatch(wholePdf);
  });

  it.each([
    ["the URL has expired", expired],
    ["the storage fails", { on: "storage", status: 503 }],
    ["the connection breaks before the response", { on: "storage", cut: "before" }],
    ["the connection breaks in the file", { on: "storage", cut: "during" }],
    ["the file is shorter than announced", { on: "storage", malformed: true }],
  ] as const)("reads the record again and downloads again if %s", async (_, fault) => {
    const { run, emulator, folder } = await startQbench();
    emulator.faults.add({ ...fault, times: 1 });
    expect(await run(["download", "report", "1"])).toMatchObject({ code: 0 });
    expect(await filesIn(folder)).toEqual(["1.pdf"]);
    expect(await readFile(join(folder, "1.pdf"), "utf8")).toMatch(wholePdf);
    expect(readsOfReport(emulator.stats)).toBe(2);
  });

  it("gives up after four attempts, and leaves the former file as it was", async () => {
    const { run, emulator, folder } = await startQbench();
    await writeFile(join(folder, "report.pdf"), "former");
    emulator.faults.add(expired);
    const { code, stdout, stderr } = await run(["download", "report", "1", "-o", "report.pdf"]);
    expect([code, stdout, stderr]).toEqual([
      1,
      "",
      "qbench: The file storage responded with 403 AccessDenied: the URL has expired. Run the command again.\n",
    ]);
    expect(readsOfReport(emulator.stats)).toBe(4);
    expect(await filesIn(folder)).toEqual(["report.pdf"]);
    expect(await readFile(join(folder, "report.pdf"), "utf8")).toBe("former");
  });

  it("does not download again if the storage rejects the request", async () => {
    const { run, emulator, folder } = await startQbench();
    emulator.faults.add({ on: "storage", status: 403, body: "<Code>SignatureDoesNotMatch</Code>" });
    expect(await run(["download", "report", "1"])).toEqual({
      code: 1,
      stdout: "",
      stderr: "qbench: The file storage responded with 403 SignatureDoesNotMatch.\n",
    });
    expect([emulator.stats.faults, await filesIn(folder)]).toEqual([1, []]);
  });

  it("sends no part of a file twice to stdout", async () => {
    const { run, emulator } = await startQbench();
    emulator.faults.add({ ...expired, times: 1 });
    const repeated = await run(["download", "report", "1", "-o", "-"]);
    expect([repeated.code, repeated.stdout.split("%PDF").length]).toEqual([0, 2]);
    emulator.faults.add({ on: "storage", malformed: true, times: 1 });
    const broken = await run(["download", "report", "1", "-o", "-"]);
    expect([broken.code, broken.stdout.split("%PDF").length]).toEqual([1, 2]);
    expect(broken.stderr).toMatch(/^qbench: The connection broke after \d+ bytes\. Download the file again\.\n$/);
  });

  it("reports a record without a file", async () => {
    const records = { "*": 1, reports: [{ id: 5, render_status: "PENDING", url: null }] };
    const { run, folder } = await startQbench({ records, rendering: { pendingReads: 1000 } });
    expect(await run(["download", "report", "5"])).toEqual({
      code: 1,
      stdout: "",
      stderr: "qbench: The report 5 has no file (render_status PENDING). If it is not ready yet, try again later.\n",
    });
    expect((await run(["download", "attachment", "4711"])).stderr).toMatch(/^qbench: GET \S+ failed: 404 /);
    expect(await filesIn(folder)).toEqual([]);
  });

  it.each([
    ["a misspelled kind", ["reprot", "1"], "Allowed choices are report, attachment. The closest one is report."],
    ["another kind", ["order", "1"], "Allowed choices are report, attachment. The closest one is report."],
    ["an id that is not a number", ["report", "1/../2"], "It must be a whole number from 1 on."],
    ["a folder after -o", ["report", "1", "-o", "."], ". is a folder. Name a file after -o."],
    ["nothing after -o", ["report", "1", "-o", ""], '"" is a folder. Name a file after -o.'],
    [
      "a folder that does not exist",
      ["report", "1", "-o", "none/a.pdf"],
      /Could not create a file in \S+none \(ENOENT\)\./,
    ],
  ])("rejects %s before it sends a request", async (_, args, message) => {
    const { run, emulator, folder } = await startQbench();
    const { code, stdout, stderr } = await run(["download", ...args]);
    expect([code, stdout, emulator.stats.requests, await filesIn(folder)]).toEqual([2, "", 0, []]);
    expect(stderr).toMatch(/^qbench: [^\n]*\n$/);
    expect(stderr).toMatch(message);
  });

  it("does not replace a file that is read-only", async () => {
    const { folder } = await startQbench();
    const file = join(folder, "mine.pdf");
    await writeFile(file, "mine", { mode: 0o444 });
    await chmod(folder, 0o755);
    // The superuser may write each file.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.("nobody");
    try {
      await expect(draftOf(file)).rejects.toThrow(
        /^Could not replace .*mine\.pdf \(E\w+\)\. Name another file after -o\.$/,
      );
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
    expect(await filesIn(folder)).toEqual(["mine.pdf"]);
  });

  it.runIf(process.platform === "linux")("writes to a device directly, and leaves nothing in the folder", async () => {
    const { run, folder } = await startQbench();
    expect(await run(["download", "report", "1", "-o", "/dev/full"])).toEqual({
      code: 1,
      stdout: "",
      stderr: "qbench: Could not write the output (ENOSPC).\n",
    });
    expect(await run(["download", "report", "1", "-o", "/dev/null"])).toMatchObject({ code: 0 });
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
    expect(await filesIn(folder)).toEqual([]);
    // A socket cannot be opened.
    const socket = createServer().listen(join(folder, "socket"));
    onTestFinished(() => void socket.close());
    await once(socket, "listening");
    const { code, stderr } = await run(["download", "report", "1", "-o", "socket"]);
    expect([code, stderr]).toEqual([1, "qbench: Could not write the output (ENXIO).\n"]);
  });

  it("never shows a presigned URL", async () => {
    const { run, emulator } = await startQbench();
    const outcomes = [await run(["download", "report", "1", "--verbose"])];
    for (const fault of [
      expired,
      { on: "storage", status: 500 },
      { on: "storage", redirect: "https://x.example/?Signature=a" },
    ] as const) {
      const remove = emulator.faults.add(fault);
      outcomes.push(await run(["download", "report", "1", "--verbose", "-o", "again.pdf"]));
      remove();
    }
    expect(outcomes.map(({ code }) => code)).toEqual([0, 1, 1, 1]);
    for (const { stdout, stderr } of outcomes) {
      expect(stderr).toContain("GET the file storage ");
      expect(stdout + stderr).not.toMatch(secretParts);
    }
  });
});

describe("qbench download, stopped in the middle of a file", () => {
  /** Starts a server that sends half of a file. Requests to the API go to the emulator. */
  async function startHalf() {
    const qbench = await startQbench();
    const { emulator } = qbench;
    const storage = createServer((_, response) => {
      response.writeHead(200, { "Content-Length": 1_000_000 });
      response.write(Buffer.alloc(500_000, "x"));
      storage.emit("half");
    });
    storage.listen(0, "127.0.0.1");
    await once(storage, "listening");
    onTestFinished(() => {
      storage.closeAllConnections();
      storage.close();
    });
    const url = `http://127.0.0.1:${(storage.address() as AddressInfo).port}/half.pdf`;
    emulator.faults.add({ path: "/qbench/api/v2/reports/1", status: 200, body: { data: { id: 1, url } } });
    return { ...qbench, half: once(storage, "half") };
  }

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("leaves no part of the file after %s", async (signal, code) => {
    const { start, folder, half } = await startHalf();
    await writeFile(join(folder, "report.pdf"), "former");
    const child = start(["download", "report", "1", "-o", "report.pdf"]);
    await half;
    await expect.poll(() => filesIn(folder)).toHaveLength(2);
    child.kill(signal);
    expect(await outcomeOf(child)).toEqual({ code, stdout: "", stderr: "qbench: stopped\n" });
    expect(await filesIn(folder)).toEqual(["report.pdf"]);
    expect(await readFile(join(folder, "report.pdf"), "utf8")).toBe("former");
  });
});

describe("the name of a downloaded file", () => {
  const fallback = "report-7";
  const name = (file_name: unknown) => fileName({ file_name }, null, fallback);

  it("is that of the record, of Content-Disposition, or of the URL, in this order", () => {
    const url = "https://storage.example/a/from%20url.pdf?response-content-disposition=x&Signature=abc";
    const header = `attachment; filename="from header.pdf"`;
    expect(fileName({ asset: { file_name: "from asset.pdf" }, url }, header, fallback)).toBe("from asset.pdf");
    expect(fileName({ asset: { file_name: null }, url }, header, fallback)).toBe("from header.pdf");
    expect(fileName({ asset: null, url }, "attachment; filename*=UTF-8''%E2%82%AC.pdf", fallback)).toBe("€.pdf");
    expect(fileName({ url }, "inline", fallback)).toBe("from url.pdf");
    expect(fileName({ url: "https://storage.example/" }, null, fallback)).toBe(fallback);
    expect(fileName({ url: 7, file_name: {}, asset: null }, "", fallback)).toBe(fallback);
  });

  it.each([
    ["../../etc/passwd", "passwd"],
    ["C:\\Windows\\system.ini", "system.ini"],
    ["/etc/cron.d/job", "job"],
    [".bashrc", "bashrc"],
    ["...", fallback],
    ["..", fallback],
    ["folder/", fallback],
    ["", fallback],
    ["-rf", "rf"],
    ["~root", "root"],
    ["CON", "CON_"],
    ["nul.txt", "nul_.txt"],
    [".con", "con_"],
    ["a:b<c>d|e?f*.pdf", "a_b_c_d_e_f_.pdf"],
    ["report\u202efdp.exe", "reportfdp.exe"],
    ["a\nb\u0000c\u001b[2J.pdf", "abc[2J.pdf"],
    ["report. ", "report"],
    ["\u200b.hidden", "hidden"],
    ["Prüfbericht 7.pdf", "Prüfbericht 7.pdf"],
  ])("is made of %j so that it is safe: %j", (given, expected) => {
    expect(name(given)).toBe(expected);
  });

  it.each(["检".repeat(300), `${"a".repeat(300)}.pdf`, `a.${"b".repeat(300)}`, "😀".repeat(200)])(
    "has at most 255 bytes",
    given => {
      expect(Buffer.byteLength(name(given))).toBeLessThanOrEqual(255);
      expect(name(given).length).toBeGreaterThan(10);
    },
  );
});
