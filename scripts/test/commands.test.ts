import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startEmulator } from "@qbench-sdk/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { environmentOf, repository, serve, tinyDocument } from "./support/repository.ts";

const settings = {
  QBENCH_URL: "https://lab.example",
  QBENCH_CLIENT_ID: "id",
  QBENCH_CLIENT_SECRET: "secret-value",
  QBENCH_DOCS_COOKIE: "",
};

function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  input = "",
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    const child = execFile(
      process.execPath,
      [join(repository, "scripts", command), ...args],
      { env: { ...process.env, ...settings, ...env } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}

/** Each is one line that says what is wrong, exit code 1, and the document stays as it was. */
async function expectRefusal(
  outcome: Promise<{ code: number; stdout: string; stderr: string }>,
  message: RegExp,
): Promise<void> {
  const file = join(repository, "openapi/main.json");
  const before = await readFile(file, "utf8");
  const { code, stdout, stderr } = await outcome;
  expect(stderr).toMatch(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).not.toContain("secret-value");
  expect(await readFile(file, "utf8")).toBe(before);
}

describe("pnpm openapi:pull refuses in one line", () => {
  it.each([
    ["a missing address", { QBENCH_URL: "" }, /^QBENCH_URL is not set/],
    ["a blank id", { QBENCH_CLIENT_ID: "  " }, /^QBENCH_CLIENT_ID is not set/],
    ["an address without https", { QBENCH_URL: "http://lab.example" }, /^QBENCH_URL: must begin with https/],
    ["an address with a path", { QBENCH_URL: "https://lab.example/qbench" }, /^QBENCH_URL: .*path/],
    ["no address at all", { QBENCH_URL: "lab" }, /^QBENCH_URL: /],
    [
      "a secret with white space at its end",
      { QBENCH_CLIENT_SECRET: "secret-value\n" },
      /^QBENCH_CLIENT_SECRET has white space/,
    ],
    ["a cookie on two lines", { QBENCH_DOCS_COOKIE: "a=b\nc=d" }, /^QBENCH_DOCS_COOKIE has a character/],
  ])("%s", async (_, env, message) => {
    await expectRefusal(run("pull.ts", [], env), message);
  });

  it.each([
    [
      "a client that is not listed",
      ["--client", "nobody"],
      /^--client nobody is not in openapi\/clients\.json, which lists: main/,
    ],
    ["a client that is a path", ["--client", "../main"], /^--client \.\.\/main is not in/],
    ["an option that is none", ["--clients", "main"], /--clients.*Usage: pnpm openapi:pull/],
    [
      "a file that is not there",
      ["--from", "/nowhere.json"],
      /^--from \/nowhere\.json can't be read: there is no such file/,
    ],
  ])("%s", async (_, args, message) => {
    await expectRefusal(run("pull.ts", args, {}), message);
  });

  it("a host that cannot be reached", async () => {
    const emulator = await startEmulator();
    await emulator.close();
    await expectRefusal(
      run("pull.ts", [], { QBENCH_URL: emulator.url }),
      /can't be reached \(ECONNREFUSED\): check QBENCH_URL/,
    );
  });

  it("a login page", async () => {
    const emulator = await startEmulator({ docs: "session" });
    onTestFinished(() => emulator.close());
    await expectRefusal(run("pull.ts", [], environmentOf(emulator)), /\/login is a login page: .*QBENCH_DOCS_COOKIE/);
  });

  it("a secret that QBench does not accept", async () => {
    const emulator = await startEmulator({ docs: "bearer" });
    onTestFinished(() => emulator.close());
    const env = { ...environmentOf(emulator), QBENCH_CLIENT_SECRET: "secret-value" };
    await expectRefusal(run("pull.ts", [], env), /QBENCH_CLIENT_SECRET/);
  });

  it("a page without a document", async () => {
    const { url } = await serve({ "/qbench/api/v2/docs/openapi/id": "<html></html>" });
    await expectRefusal(run("pull.ts", [], { QBENCH_URL: url }), /is a page without an OpenAPI document/);
  });

  it("an API client that is not there", async () => {
    const { url } = await serve({});
    await expectRefusal(run("pull.ts", [], { QBENCH_URL: url }), /answered 404: check QBENCH_URL and QBENCH_CLIENT_ID/);
  });

  it.each([
    ["JSON that breaks off", "{", /^stdin is not valid JSON/],
    ["a document that is not OpenAPI", `{"name":"x"}`, /^stdin is not an OpenAPI document/],
    ["nothing", "", /^stdin is empty/],
    [
      "an invalid document",
      tinyDocument().replace(`"version":"1"`, `"version":1`),
      /^stdin is not valid OpenAPI at \/info/,
    ],
  ])("%s on standard input", async (_, input, message) => {
    await expectRefusal(run("pull.ts", ["--from", "-"], {}, input), message);
  });
});

describe("npm start refuses in one line", () => {
  it("a part of the settings", async () => {
    await expectRefusal(run("demo.ts", [], { QBENCH_CLIENT_SECRET: "" }), /^QBENCH_CLIENT_SECRET missing/);
  });
});

describe("pnpm openapi:generate", () => {
  it("says when all is as it was", async () => {
    await run("generate.ts", [], {});
    expect(await run("generate.ts", [], {})).toEqual({
      code: 0,
      stdout: "packages/types/src: unchanged\n",
      stderr: "",
    });
  });
});
