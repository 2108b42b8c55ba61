import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { repository } from "./support/repository.ts";

const manifest: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(join(repository, "package.json"), "utf8"),
);

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs node without a PATH, so that a command fails if it starts another program, such as a build. */
function runNode(args: readonly string[]): Promise<Outcome> {
  return new Promise(resolve => {
    const options = { cwd: repository, env: { ...process.env, PATH: "", Path: "" } };
    execFile(process.execPath, args, options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** Runs a script of the root's package.json as pnpm does. */
function runScript(name: string, ...args: readonly string[]): Promise<Outcome> {
  const [program, ...given] = (manifest.scripts[name] ?? "").split(" ");
  expect([program, given.filter(part => /[&|;]/.test(part))]).toEqual(["node", []]);
  return runNode([...given, ...args]);
}

/** Scripts of the root's package.json, their names in messages, an unknown argument, and the closest valid one. */
const commands: [script: string, name: string, unknown: string, closest: string][] = [
  ["demo", "npm start", "--halp", "--help"],
  ["verify", "npm test", "--filter=@qbench-sdk/auth", "--help"],
  ["bench", "pnpm bench", "--hlep", "--help"],
  ["openapi:pull", "pnpm openapi:pull", "--clients=main", "--client"],
  ["openapi:check", "pnpm openapi:check", "--form", "--from"],
  ["openapi:add", "pnpm openapi:add", "--form", "--from"],
  ["openapi:generate", "pnpm openapi:generate", "--all", "--help"],
  ["release", "pnpm release", "--dryrun", "--dry-run"],
];

describe("The commands", () => {
  it.each(commands)("pnpm run %s --help prints the usage and does nothing else", async (script, name) => {
    const { code, stdout, stderr } = await runScript(script, "--help");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(`Usage: ${name} `);
    expect(stdout).toContain("--help");
  });

  it.each(commands)(
    "pnpm run %s rejects an unknown option in one line, with the closest valid one",
    async (script, name, unknown, closest) => {
      const named = unknown.split("=")[0];
      expect(await runScript(script, ...(script === "openapi:add" ? ["billing"] : []), unknown)).toEqual({
        code: 2,
        stdout: "",
        stderr: `${name}: unknown argument "${named}". Did you mean ${closest}?\n`,
      });
    },
  );

  it.each(commands)("pnpm run %s rejects an argument without a name", async (script, name) => {
    const { code, stdout, stderr } = await runScript(
      script,
      ...(script === "openapi:add" ? ["billing"] : []),
      "dry-run",
    );
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(new RegExp(`^${name}: unknown argument "dry-run"\\. Did you mean --\\S+\\?\\n$`));
  });

  it("pnpm openapi:add rejects a missing name in one line", async () => {
    expect(await runScript("openapi:add")).toEqual({
      code: 2,
      stdout: "",
      stderr: "pnpm openapi:add: missing required argument 'name'. Run it with --help for its arguments.\n",
    });
  });

  it("pnpm openapi:pull rejects an option without its value in one line", async () => {
    const { code, stdout, stderr } = await runScript("openapi:pull", "--from");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^pnpm openapi:pull: option '--from <source>' argument missing\. [^\n]+\n$/);
  });

  it("a command accepts the separator that npm needs before options", async () => {
    expect(await runScript("release", "--", "--help")).toMatchObject({ code: 0, stderr: "" });
  });

  it("npm test passes options to turbo only after a separator", async () => {
    expect(await runScript("verify", "build", "--", "--filter=x")).toMatchObject({ code: 2, stdout: "" });
    expect((await runScript("verify", "--help")).stdout).toContain("npm test -- -- --filter=");
  });
});

describe("from-source.ts", () => {
  it("the hook loads the packages of the workspace from their sources", async () => {
    const program = `
      import { createTokenSource } from "@qbench-sdk/auth";
      import { startEmulator } from "@qbench-sdk/emulator";
      const names = ["@qbench-sdk/auth", "@qbench-sdk/auth/internal", "@qbench-sdk/emulator", "commander"];
      console.log([typeof createTokenSource, typeof startEmulator, ...names.map(name => import.meta.resolve(name))].join("\\n"));
    `;
    const hook = join(repository, "scripts/from-source.ts");
    const args = ["--import", hook, "--input-type=module", "--eval", program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: join(repository, "scripts") });
    const [token, emulator, ...urls] = stdout.trim().split("\n");
    expect([token, emulator]).toEqual(["function", "function"]);
    expect(urls.map(url => url.slice(url.lastIndexOf("/packages/") + 1))).toEqual([
      "packages/auth/src/index.ts",
      "packages/auth/src/internal.ts",
      "packages/emulator/src/index.ts",
      expect.stringMatching(/commander\/.*index\.js$/),
    ]);
  });

  it("pnpm emulator and pnpm soak need no build", () => {
    for (const name of ["emulator", "soak"]) {
      expect(manifest.scripts[name]).toMatch(
        /^node --import \.\/scripts\/from-source\.ts packages\/\S+\/src\/command\.ts$/,
      );
    }
  });

  it("pnpm emulator --help starts no other program", async () => {
    expect(await runScript("emulator", "--help")).toMatchObject({ code: 0, stderr: "" });
  });
});
