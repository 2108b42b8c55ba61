import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** Records which modules are loaded, and fails to load those whose names start with `missing`. */
const preload = (missing: string): string =>
  `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module";
  const loaded = [];
  globalThis.loadedOf = packages => packages.filter(name => loaded.some(url => url.includes("/node_modules/" + name + "/")));
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier.startsWith("${missing}")) throw Object.assign(new Error(), { code: "ERR_MODULE_NOT_FOUND" });
      return next(specifier, context);
    },
    load(url, context, next) {
      loaded.push(url);
      return next(url, context);
    },
  });`)}`;

/**
 * Runs a program that imports the built package by its name, and returns the JSON that it prints. The task `test`
 * depends on `build`.
 *
 * @param missing the start of the names of modules that do not exist for this program
 */
async function runProgram(program: string, missing = "no-module"): Promise<unknown> {
  const args = ["--import", preload(missing), "--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return JSON.parse(stdout);
}

test("no source file is in two files of the built package, so its classes and WeakMaps exist once", () => {
  const maps = globSync("dist/**/*.js.map", { cwd: root });
  expect(maps.length).toBeGreaterThan(0);
  const sources = maps.flatMap(map =>
    JSON.parse(readFileSync(join(root, map), "utf8")).sources.map((source: string) => join(root, map, "..", source)),
  );
  expect(sources.filter((source, index) => sources.indexOf(source) !== index)).toEqual([]);
  expect(sources).toContain(join(root, "src/errors/auth-error.ts"));
});

test("the entries of the built package share error classes and the bodies that a ReplayableRequest remembers", async () => {
  const program = `
    import { QBenchAuthError, ReplayableRequest } from "@qbench-sdk/auth";
    import { parseBaseUrl, replayerOf } from "@qbench-sdk/auth/internal";
    const thrown = run => { try { run(); } catch (error) { return error; } };
    const request = new ReplayableRequest("https://example.qbench.net", { method: "POST", body: "{}" });
    console.log(JSON.stringify([
      thrown(() => parseBaseUrl("ftp://example.com")).constructor === QBenchAuthError,
      await replayerOf(request)().text(),
    ]));`;
  expect(await runProgram(program)).toEqual([true, "{}"]);
});

test("a process loads jose only if no token is stored, and proper-lockfile only with the file store", async () => {
  const folder = await mkdtemp(join(tmpdir(), "qbench-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "token.json");
  const program = `
    import { createTokenSource } from "@qbench-sdk/auth";
    const before = loadedOf(["jose", "proper-lockfile"]);
    const { fileTokenStore } = await import("@qbench-sdk/auth/file-token-store");
    const source = createTokenSource({
      baseUrl: "https://example.qbench.net",
      clientId: "client",
      clientSecret: "a-secret-of-this-test-0123456789abcdef",
      store: fileTokenStore(${JSON.stringify(file)}),
      fetch: async () => Response.json({ access_token: "token-1", token_type: "Bearer", expires_in: 3600 }),
    });
    const token = await source.getToken();
    console.log(JSON.stringify([before, token, loadedOf(["jose", "proper-lockfile"])]));`;
  expect(await runProgram(program)).toEqual([[], "token-1", ["jose", "proper-lockfile"]]);
  expect(await runProgram(program)).toEqual([[], "token-1", ["proper-lockfile"]]);
});

test("a missing jose is reported as such, and not as a failed connection", async () => {
  const program = `
    import { createTokenSource } from "@qbench-sdk/auth";
    const source = createTokenSource({
      baseUrl: "https://example.qbench.net",
      clientId: "client",
      clientSecret: "a-secret-of-this-test-0123456789abcdef",
      fetch: async () => { throw new Error("not expected"); },
    });
    const { code, message } = await source.getToken().catch(error => error);
    console.log(JSON.stringify([code, message]));`;
  expect(await runProgram(program, "jose")).toEqual([
    "assertion_failed",
    "jose: the package could not be loaded (Error ERR_MODULE_NOT_FOUND)",
  ]);
});
