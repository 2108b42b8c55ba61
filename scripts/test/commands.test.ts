import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEmulator } from "@qbench-sdk/emulator";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { pullClient } from "../clients/pull-client.ts";
import { copyCommands, emptyRoot, environmentOf, repository, serve, tinyDocument } from "./support/repository.ts";

const settings = {
  QBENCH_URL: "https://lab.example",
  QBENCH_CLIENT_ID: "id",
  QBENCH_CLIENT_SECRET: "secret-value",
  QBENCH_DOCS_COOKIE: "",
};

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

let copy = "";
beforeAll(async () => {
  copy = await copyCommands();
});
afterAll(() => rm(copy, { recursive: true }));

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv, input = ""): Promise<Outcome> {
  return new Promise(resolve => {
    const child = execFile(
      process.execPath,
      [join(copy, "scripts", command), ...args],
      { env: { ...process.env, ...settings, ...env } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}

/** Expects one line that says what is wrong, exit code 1, and an unchanged document. */
async function expectFailure(outcome: Promise<Outcome>, message: RegExp): Promise<void> {
  const file = join(copy, "openapi/main.json");
  const before = await readFile(file, "utf8");
  const { code, stdout, stderr } = await outcome;
  expect(stderr).toMatch(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).not.toContain("secret-value");
  expect(await readFile(file, "utf8")).toBe(before);
}

/** Expects that a pull fails with a message for users, and writes nothing. The command prints the message on one line. */
async function expectPullFailure(env: Record<string, string | undefined>, message: RegExp): Promise<void> {
  const root = await emptyRoot();
  const failure = await pullClient({ root, env: { ...settings, ...env } }).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    name: expect.stringMatching(/^(CommandError|QBenchAuthError)$/),
    message: expect.stringMatching(message),
  });
  expect(String(failure)).not.toContain("secret-value");
  expect(existsSync(join(root, "openapi/main.json"))).toBe(false);
}

describe("The failures of a pull", () => {
  it.each([
    ["a missing address", { QBENCH_URL: "" }, /^QBENCH_URL is not set/],
    ["a blank id", { QBENCH_CLIENT_ID: "  " }, /^QBENCH_CLIENT_ID is not set/],
    ["an address without https", { QBENCH_URL: "http://lab.example" }, /^QBENCH_URL: must begin with https/],
    ["an address with a path", { QBENCH_URL: "https://lab.example/qbench" }, /^QBENCH_URL: .*path/],
    ["an invalid address", { QBENCH_URL: "lab" }, /^QBENCH_URL: /],
    [
      "a secret with white space at its end",
      { QBENCH_CLIENT_SECRET: "secret-value\n" },
      /^QBENCH_CLIENT_SECRET has white space/,
    ],
    ["a cookie on two lines", { QBENCH_DOCS_COOKIE: "a=b\nc=d" }, /^QBENCH_DOCS_COOKIE has a character/],
  ])("a pull rejects %s", async (_, env, message) => {
    await expectPullFailure(env, message);
  });

  it("a pull reports a login page", async () => {
    const emulator = await startEmulator({ docs: "session" });
    onTestFinished(() => emulator.close());
    await expectPullFailure(environmentOf(emulator), /\/login is a login page\. .*QBENCH_DOCS_COOKIE/);
  });

  it("a pull reports a page without a document", async () => {
    const { url } = await serve({ "/qbench/api/v2/docs/openapi/id": "<html></html>" });
    await expectPullFailure({ QBENCH_URL: url }, /is a page without an OpenAPI document/);
  });

  it("a pull reports an API client that does not exist", async () => {
    const { url } = await serve({});
    await expectPullFailure({ QBENCH_URL: url }, /failed with status 404\. Check QBENCH_URL and QBENCH_CLIENT_ID/);
  });
});

describe("Pulling on the command line", () => {
  it("openapi:pull rejects a missing address in one line", async () => {
    await expectFailure(run("pull.ts", [], { QBENCH_URL: "" }), /^QBENCH_URL is not set/);
  });

  it.each([
    [
      "a client that is not listed",
      ["--client", "unknown"],
      /^--client unknown is not in openapi\/clients\.json\. Use one of its clients: main/,
    ],
    ["a client that is a path", ["--client", "../main"], /^--client \.\.\/main is not in/],
    [
      "a file that does not exist",
      ["--from", "/nowhere.json"],
      /^--from \/nowhere\.json cannot be read: it does not exist\. Check the path\./,
    ],
  ])("openapi:pull rejects %s in one line", async (_, args, message) => {
    await expectFailure(run("pull.ts", args, {}), message);
  });

  it("openapi:pull reports a host that cannot be reached in one line", async () => {
    const emulator = await startEmulator();
    await emulator.close();
    await expectFailure(
      run("pull.ts", [], { QBENCH_URL: emulator.url }),
      /cannot be reached \(ECONNREFUSED\)\. Check QBENCH_URL.*\. Check the network and HTTPS_PROXY\.$/m,
    );
  });

  it("openapi:pull reports a proxy that rejects its password in one line, without the password", async () => {
    const proxy = createServer(socket => socket.once("data", () => socket.end("HTTP/1.1 407 No\r\n\r\n")));
    await once(proxy.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => void proxy.close());
    const { port } = proxy.address() as AddressInfo;
    const env = { NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: `http://user:secret-value@127.0.0.1:${port}` };
    const failure = run("pull.ts", [], { QBENCH_URL: "https://lab.example", QBENCH_CLIENT_ID: "id", ...env });
    await expectFailure(
      failure,
      /\(the proxy refused to connect\)\. Check QBENCH_URL.* Check HTTPS_PROXY and its password\.$/m,
    );
  });

  it("openapi:pull reports a secret that QBench rejects in one line", async () => {
    const emulator = await startEmulator({ docs: "bearer" });
    onTestFinished(() => emulator.close());
    const env = { ...environmentOf(emulator), QBENCH_CLIENT_SECRET: "secret-value" };
    await expectFailure(run("pull.ts", [], env), /QBENCH_CLIENT_SECRET/);
  });

  it.each([
    ["truncated JSON", "{", /^stdin is not valid JSON/],
    ["a document that is not OpenAPI", `{"name":"x"}`, /^stdin is not an OpenAPI document/],
    ["an empty text", "", /^stdin is empty/],
    [
      "an invalid document",
      tinyDocument().replace(`"version":"1"`, `"version":1`),
      /^stdin is not valid OpenAPI at \/info/,
    ],
  ])("openapi:pull rejects %s on standard input in one line", async (_, input, message) => {
    await expectFailure(run("pull.ts", ["--from", "-"], {}, input), message);
  });
});

describe("Checking fields on the command line", () => {
  it.each([
    ["0 if the types match the tenant", 0, {}, "The types match these records."],
    ["1 if a field is undeclared", 1, { orders: { X_A: "STR" as const } }, "Order.X_A"],
  ])("openapi:fields --all --check exits with %s", async (_, code, customFields, words) => {
    const emulator = await startEmulator({ customFields });
    onTestFinished(() => emulator.close());
    const outcome = await run("fields.ts", ["--all", "--check", "--records", "20"], environmentOf(emulator));
    expect([outcome.code, outcome.stderr]).toEqual([code, ""]);
    expect(outcome.stdout).toContain(words);
    expect(existsSync(join(copy, "openapi/overlays/main/custom-fields.yaml"))).toBe(false);
  });

  it("openapi:fields reports a missing secret in one line", async () => {
    await expectFailure(run("fields.ts", [], { QBENCH_CLIENT_SECRET: "" }), /^QBENCH_CLIENT_SECRET is not set/);
  });

  it("openapi:fields exits with 2 if the number of records is not a number", async () => {
    const { code, stderr } = await run("fields.ts", ["--records", "many"], {});
    expect(code).toBe(2);
    expect(stderr).toMatch(/--records <count>.* Use a whole number above 0\./);
  });
});

describe("The demonstration", () => {
  it("npm start rejects incomplete settings in one line", async () => {
    await expectFailure(
      run("demo.ts", [], { QBENCH_CLIENT_SECRET: "" }),
      /^QBENCH_CLIENT_SECRET is not set\. Set all of/,
    );
  });
});

describe("Generating on the command line", () => {
  it("openapi:generate says so if it changed nothing", async () => {
    const scripts = join(repository, "scripts");
    const generate = () =>
      promisify(execFile)(process.execPath, [
        "--import",
        join(scripts, "from-source.ts"),
        join(scripts, "generate.ts"),
      ]);
    await generate();
    expect(await generate()).toEqual({ stdout: "packages/types/src: unchanged\n", stderr: "" });
  });
});

describe("Packing on the command line", () => {
  it("pnpm tarballs rejects a file as the folder of the tarballs in one line, before it builds", async () => {
    const file = join(repository, "package.json");
    await expectFailure(run("tarballs.ts", ["--out", file], {}), /^--out .*package\.json is a file\. Use a folder/);
  });
});
