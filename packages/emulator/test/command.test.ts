import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

/** The command as it is published: `test` depends on `build`. */
const command = join(import.meta.dirname, "../dist/command.js");

function refusal(args: readonly string[]): Promise<{ code: number; stderr: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, [command, ...args], (error, _, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stderr });
    });
  });
}

describe("qbench-emulator", () => {
  it("serves until it is told to stop, and prints its settings in the form of a .env file", async () => {
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

  it.each([
    [["--port", "http"], /--port takes a whole number/],
    [["--token-seconds", "0"], /--token-seconds takes a whole number from 1/],
    [["--scope", "orders"], /--scope takes a method/],
    [["--document", "nowhere.json"], /--document nowhere\.json: there is no such file/],
    [["--bogus"], /--bogus/],
  ])("refuses %j in one line", async (args, message) => {
    const { code, stderr } = await refusal(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("refuses a file that is no OpenAPI document, and a port that is taken", async () => {
    const folder = await mkdtemp(join(tmpdir(), "qbench-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "package.json");
    await writeFile(file, `{"name":"x"}`);
    expect((await refusal(["--document", file])).stderr).toContain("is not an OpenAPI 3 document");
    const server = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    expect((await refusal(["--port", port])).stderr).toContain("the port is in use");
  });
});
