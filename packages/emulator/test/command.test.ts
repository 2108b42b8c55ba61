import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";

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

  it.each([[["--help"]], [["--port", "0", "--help"]], [["--bogus", "-h"]]])(
    "prints its options for the arguments %j, and starts nothing",
    async args => {
      const { code, stdout, stderr } = await run(...args);
      expect([code, stderr]).toEqual([0, ""]);
      for (const option of ["port", "document", "name", "cors-origin", "scope", "token-seconds", "seed"]) {
        expect(stdout).toContain(`--${option} <`);
      }
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
    [["--bogus"], "--bogus", "--port"],
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
