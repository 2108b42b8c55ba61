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

/** Runs a file, or a script of the root's package.json as pnpm does. */
function run(script: string, ...args: readonly string[]): Promise<Outcome> {
  if (script.endsWith(".ts")) return runNode([script, ...args]);
  const [program, ...given] = (manifest.scripts[script] ?? "").split(" ");
  expect([program, given.filter(part => /[&|;]/.test(part))]).toEqual(["node", []]);
  return runNode([...given, ...args]);
}

interface Invocation {
  /** A script of the root's package.json, or a file. */
  script: string;
  /** The command's name in its messages. */
  name: string;
  /** Valid arguments that the command needs. */
  valid?: string[];
  unknown: string;
  closest: string;
}

const commands: Invocation[] = [
  { script: "demo", name: "npm start", unknown: "--halp", closest: "--help" },
  { script: "verify", name: "npm test", unknown: "--filter=@qbench-sdk/auth", closest: "--help" },
  { script: "bench", name: "pnpm bench", unknown: "--hlep", closest: "--help" },
  { script: "soak", name: "pnpm soak", valid: ["60"], unknown: "--seconds", closest: "--help" },
  { script: "emulator", name: "qbench-emulator", unknown: "--prot=4010", closest: "--port" },
  { script: "openapi:pull", name: "pnpm openapi:pull", unknown: "--clients=main", closest: "--client" },
  { script: "openapi:check", name: "pnpm openapi:check", unknown: "--form", closest: "--from" },
  { script: "openapi:fields", name: "pnpm openapi:fields", unknown: "--chekc", closest: "--check" },
  { script: "openapi:add", name: "pnpm openapi:add", valid: ["billing"], unknown: "--form", closest: "--from" },
  { script: "openapi:generate", name: "pnpm openapi:generate", unknown: "--all", closest: "--help" },
  { script: "release", name: "pnpm release", unknown: "--dryrun", closest: "--dry-run" },
  { script: "company", name: "pnpm company", unknown: "--scop", closest: "--scope" },
  { script: "tarballs", name: "pnpm tarballs", unknown: "--output", closest: "--out" },
  { script: "docs", name: "pnpm run docs", unknown: "--output", closest: "--out" },
  { script: "scripts/lint.ts", name: "scripts/lint.ts", unknown: "--fix", closest: "--help" },
];

describe("The commands", () => {
  it.each(commands)("$script --help prints the usage and does nothing else", async ({ script, name }) => {
    const { code, stdout, stderr } = await run(script, "--help");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(`Usage: ${name} `);
    expect(stdout).toContain("--help");
  });

  it.each(commands)("$script rejects an unknown option in one line, with the closest valid one", async command => {
    const { script, name, valid = [], unknown, closest } = command;
    expect(await run(script, ...valid, unknown)).toEqual({
      code: 2,
      stdout: "",
      stderr: `${name}: unknown argument "${unknown.split("=")[0]}". Did you mean ${closest}?\n`,
    });
  });

  const withoutNames = commands.filter(({ script }) => script !== "bench");
  it.each(withoutNames)("$script rejects an unexpected argument in one line", async ({ script, name, valid = [] }) => {
    const { code, stdout, stderr } = await run(script, ...valid, "dry-run");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(new RegExp(`^${name}: unknown argument "dry-run"\\. Did you mean --\\S+\\?\\n$`));
  });

  it("pnpm bench rejects an unknown group in one line, with the names of all groups", async () => {
    const { code, stdout, stderr } = await run("bench", "size", "sice");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /^pnpm bench: [^\n]+'sice' is invalid[^\n]+ requests, imports, [^\n]+, tests\. Run [^\n]+\n$/,
    );
  });

  it("pnpm openapi:add rejects a missing name in one line", async () => {
    expect(await run("openapi:add")).toEqual({
      code: 2,
      stdout: "",
      stderr: "pnpm openapi:add: missing required argument 'name'. Run it with --help for its arguments.\n",
    });
  });

  it("pnpm openapi:pull rejects an option without its value in one line", async () => {
    const { code, stdout, stderr } = await run("openapi:pull", "--from");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^pnpm openapi:pull: option '--from <source>' argument missing\. [^\n]+\n$/);
  });

  it.each([
    ["openapi:pull", ["--from", "--help"]],
    ["openapi:check", ["--client", "--from", "x.json"]],
    ["openapi:add", ["billing", "--from", "--help"]],
  ])("pnpm %s rejects an option as the value of the option before it: %j", async (script, args) => {
    const { code, stdout, stderr } = await run(script, ...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /^pnpm openapi:\w+: option '--\w+ <\w+>' argument '--\w+' is invalid\. The value is missing\.[^\n]*\n$/,
    );
  });

  it("a command accepts the separator that npm needs before options", async () => {
    expect(await run("release", "--", "--help")).toMatchObject({ code: 0, stderr: "" });
  });

  it("npm test passes options to turbo only after a separator", async () => {
    expect(await run("verify", "build", "--", "--filter=x")).toMatchObject({ code: 2, stdout: "" });
    for (const args of [["--help"], ["--", "--help"]]) {
      expect((await run("verify", ...args)).stdout).toContain("npm test -- -- --filter=");
    }
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
});
