import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SignJWT } from "jose";
import { describe, expect, it, onTestFinished } from "vitest";
import { grantType } from "./support/client.js";

const folder = join(import.meta.dirname, "..");
/** The command as it is published: `test` depends on `build`. */
const command = join(folder, "dist/command.js");

interface Exit {
  code: number;
  stdout: string;
  stderr: string;
}

function node(...args: readonly string[]): Promise<Exit> {
  return new Promise(resolve => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

const run = (...args: readonly string[]): Promise<Exit> => node(command, ...args);

/** Writes each value to a JSON file, and returns the arguments that name the files. */
async function writeFiles(contents: Record<string, unknown>): Promise<string[]> {
  const temporary = await mkdtemp(join(tmpdir(), "qbench-"));
  onTestFinished(() => rm(temporary, { recursive: true }));
  const written = Object.entries(contents).map(async ([option, value]) => {
    const file = join(temporary, `${option}.json`);
    await writeFile(file, JSON.stringify(value));
    return [`--${option}`, file];
  });
  return (await Promise.all(written)).flat();
}

describe("qbench-emulator", () => {
  it("serves until it is stopped, and prints its settings in the form of a .env file", async () => {
    const child = spawn(process.execPath, [command, "--port", "0", "--scope", "GET /teams*", "--name", "Teams"]);
    onTestFinished(() => void child.kill());
    const [output] = await once(child.stdout, "data");
    const settings = Object.fromEntries(
      [...String(output).matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    expect(Object.keys(settings)).toEqual(["QBENCH_URL", "QBENCH_CLIENT_ID", "QBENCH_CLIENT_SECRET"]);
    const page = await fetch(
      `${settings.QBENCH_URL}/qbench/api/v2/docs/openapi/${settings.QBENCH_CLIENT_ID}/openapi.json`,
    );
    const paths = Object.keys((await page.json()).paths).filter(path => !path.includes("/auth/"));
    expect(paths).toEqual(["/qbench/api/v2/teams", "/qbench/api/v2/teams/{team_id}"]);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it.skipIf(process.platform === "win32")("ends with the shell of npx, which does not pass SIGTERM on", async () => {
    const script = `'${process.execPath}' '${command}' --port 0; exit`;
    const shell = spawn("sh", ["-c", script], { env: { ...process.env, npm_command: "exec" } });
    const [output] = await once(shell.stdout, "data");
    expect(String(output)).toContain("QBENCH_URL=");
    shell.kill("SIGTERM");
    expect(await once(shell, "exit")).toEqual([null, "SIGTERM"]);
    // The emulator holds the other end of the pipe until it ends.
    if (!shell.stdout.readableEnded) await once(shell.stdout, "end");
  });

  it.each([[["--help"]], [["--port", "0", "--help"]], [["--bogus", "-h"]]])(
    "prints its options for the arguments %j, and starts nothing",
    async args => {
      const { code, stdout, stderr } = await run(...args);
      expect([code, stderr]).toEqual([0, ""]);
      const options = ["port", "document", "name", "cors-origin", "scope", "token-seconds", "seed"];
      for (const option of [...options, "records", "clients", "faults"]) expect(stdout).toContain(`--${option} <`);
      expect(stdout).toContain("--log ");
      expect(stdout).not.toContain("QBENCH_CLIENT_SECRET");
    },
  );

  it("prints the version of its package for --version", async () => {
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    expect(await run("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it.each([
    [["--prot", "4011"], "--prot", "--port"],
    [["--seed", "2", "--scopes=secret"], "--scopes", "--scope"],
    [["port", "4011"], "port", "--port"],
    [["hlep"], "hlep", "--help"],
    [["--bogus"], "--bogus", "--log"],
  ])("rejects the unknown argument in %j and names the closest option", async (args, argument, option) => {
    expect(await run(...args)).toEqual({
      code: 2,
      stdout: "",
      stderr: `qbench-emulator: unknown argument "${argument}". Did you mean ${option}?\n`,
    });
  });

  it.each([
    [["--port", "http"], /--port .*'http' is invalid\. It must be a whole number from 0 to 65535\./],
    [["--port"], /--port .*argument missing/],
    [["--name", "--help"], /--name .*The value is missing\./],
    [["--document", "--seed"], /--document .*The value is missing\./],
    [["--token-seconds", "0"], /--token-seconds .*It must be a whole number from 1 to 86400\./],
    [["--scope", "orders"], /--scope .*It must be a method or \*, a space and a path/],
    [["--records", "nowhere.json"], /--records: nowhere\.json does not exist/],
    [["--faults", "--log"], /--faults .*The value is missing\./],
    [["--document", "nowhere.json"], /--document: nowhere\.json does not exist/],
  ])("rejects the value in %j with one line and exit code 2", async (args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("rejects a file that is not an OpenAPI document, and a port that is in use", async () => {
    const temporary = await mkdtemp(join(tmpdir(), "qbench-"));
    onTestFinished(() => rm(temporary, { recursive: true }));
    const file = join(temporary, "package.json");
    await writeFile(file, `{"name":"x"}`);
    expect((await run("--document", file)).stderr).toContain("is not an OpenAPI 3 document");
    await writeFile(file, "{");
    expect((await run("--document", file)).stderr).toContain("is not JSON");
    const server = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    expect(await run("--port", port)).toMatchObject({ code: 1, stderr: expect.stringContaining("the port is in use") });
  });

  it("serves the records, API clients and faults of files, and logs each request without secrets", async () => {
    const files = await writeFiles({
      records: { "*": 0, teams: [{ id: 4, name: "Night" }] },
      clients: [
        { name: "First", id: "first", secret: "s1".repeat(16) },
        { name: "Second", id: "second", secret: "s2".repeat(16), scopes: ["GET /teams"] },
      ],
      faults: [{ on: "api", status: 503, times: 1 }],
    });
    const child = spawn(process.execPath, [command, "--port", "0", "--log", ...files]);
    onTestFinished(() => void child.kill());
    let log = "";
    child.stderr.on("data", data => {
      log += data;
    });
    const [output] = await once(child.stdout, "data");
    const url = /^QBENCH_URL=(.*)$/m.exec(String(output))?.[1] ?? "";
    expect(String(output)).toContain("QBENCH_CLIENT_ID=first\n");
    expect(String(output)).toContain(`# "Second": QBENCH_CLIENT_ID=second QBENCH_CLIENT_SECRET=${"s2".repeat(16)}\n`);
    const iat = Math.floor(Date.now() / 1000);
    const assertion = await new SignJWT({ sub: "second", iat, exp: iat + 600 })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .sign(new TextEncoder().encode("s2".repeat(16)));
    const api = `${url}/qbench/api/v2`;
    const body = new URLSearchParams({ grant_type: grantType, assertion });
    const { access_token: token } = await (await fetch(`${api}/auth/token`, { method: "POST", body })).json();
    const get = async (path: string) => fetch(`${api}${path}`, { headers: { Authorization: `Bearer ${token}` } });
    expect((await get("/teams")).status).toBe(503);
    expect((await (await get("/teams?page_size=5&access_token=hidden")).json()).data).toEqual([
      { id: 4, name: "Night" },
    ]);
    expect((await get("/orders")).status).toBe(403);
    child.kill("SIGTERM");
    await once(child, "close");
    expect(
      log
        .replace(/\d+ ms/g, "0 ms")
        .trim()
        .split("\n"),
    ).toEqual([
      "POST /qbench/api/v2/auth/token 200 0 ms null",
      'GET /qbench/api/v2/teams 503 0 ms "Second"',
      'GET /qbench/api/v2/teams?page_size=5&access_token=... 200 0 ms "Second"',
      'GET /qbench/api/v2/orders 403 0 ms "Second"',
    ]);
  });

  it.each([
    [{ records: { orders: [{ state: 3 }] } }, /: orders\[0\]\.state does not match the document: /],
    [{ records: [] }, /: it must be an object, such as \{ tests: 1000 \}\.$/],
    [{ clients: [] }, / has no API client$/],
    [{ clients: [{ scopes: ["orders"] }] }, /: clients\[0\]\.scopes must be a list of texts with a method/],
    [{ clients: [{ secret: 12345678 }] }, /: clients\[0\]\.secret must be a text that is not empty\.$/],
    [{ faults: [{ on: "apis" }] }, /: faults\[0\]\.on must be one or more of "token", "refresh", "api"/],
    [{ faults: { on: "api" } }, /: it must be a list of objects\.$/],
  ])("rejects the file with %j in one line, with exit code 2", async (contents, message) => {
    const files = await writeFiles(contents);
    const { code, stdout, stderr } = await run("--port", "0", ...files);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^qbench-emulator: --(records|clients|faults): /);
    expect(stderr.trim()).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).not.toContain("12345678");
  });

  it("rejects --clients together with the options of a single API client", async () => {
    const files = await writeFiles({ clients: [{}] });
    expect(await run(...files, "--name", "Other")).toMatchObject({
      code: 2,
      stderr: "qbench-emulator: --clients and --name exclude each other\n",
    });
  });

  it("loads commander, whereas the package's index does not", async () => {
    const imports = async (module: string): Promise<Exit> =>
      node(
        "--input-type=module",
        "--eval",
        `import { registerHooks } from "node:module";
        registerHooks({ resolve: (specifier, context, next) => (console.log(specifier), next(specifier, context)) });
        process.argv.push("--help");
        await import(${JSON.stringify(pathToFileURL(join(folder, "dist", module)).href)});`,
      );
    expect((await imports("command.js")).stdout).toContain("commander");
    const { stdout } = await imports("index.js");
    expect(stdout).toContain("hono");
    expect(stdout).not.toMatch(/commander|levenshtein/);
  });
});
