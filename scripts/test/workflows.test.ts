import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { repository } from "./support/repository.ts";

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}

interface Job {
  permissions?: Record<string, string>;
  steps?: Step[];
}

interface Workflow {
  permissions?: unknown;
  jobs: Record<string, Job>;
}

/** The only steps that may read a secret, or the token that can write to the repository. */
const secretsOfSteps: Record<string, readonly string[]> = {
  "Pull the documents of all API clients": ["QBENCH_URL", "QBENCH_CLIENT_ID", "QBENCH_CLIENT_SECRET"],
  "Compare the types with the records of all API clients": ["QBENCH_URL", "QBENCH_CLIENT_ID", "QBENCH_CLIENT_SECRET"],
  "Open or update the pull request with the documents and changesets": ["github.token"],
  "Version and publish the packages": ["NPMRC"],
  "Push the commit and the tags": ["github.token"],
};

/** The only jobs that may have more than read access. */
const permissionsOfJobs: Record<string, Record<string, string>> = {
  "drift.yml: pull-request": { contents: "write", "pull-requests": "write" },
  "release.yml: publish": { contents: "read", "id-token": "write" },
  "release.yml: push": { contents: "write" },
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
  if (JSON.stringify(rest).includes("pull_request_target")) found.push("foreign pull requests run with secrets");
  for (const [name, job] of Object.entries(jobs)) {
    const { steps = [], permissions, ...settings } = job;
    const allowed = permissionsOfJobs[`${file}: ${name}`] ?? { contents: "read" };
    if (JSON.stringify(permissions) !== JSON.stringify(allowed)) found.push(`${name}: the job has other permissions`);
    if (secretsIn(settings).length > 0) found.push(`${name}: the whole job reads a secret`);
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

const workflows = globSync(".github/workflows/*.{yml,yaml}", { cwd: repository });

describe("Workflows", () => {
  test("are three, so that the tests below see all of them", () => {
    expect(workflows.map(file => basename(file)).toSorted()).toEqual(["ci.yml", "drift.yml", "release.yml"]);
  });

  test.each(workflows)("%s gives secrets and write permissions only to what needs them", file => {
    const workflow: Workflow = parse(readFileSync(join(repository, file), "utf8"));
    expect(findExposures(basename(file), workflow)).toEqual([]);
  });

  test("read a secret in exactly the steps that need one", () => {
    const steps = workflows.flatMap(file => {
      const { jobs }: Workflow = parse(readFileSync(join(repository, file), "utf8"));
      return Object.values(jobs).flatMap(({ steps = [] }) => steps);
    });
    const readers = steps.filter(step => secretsIn(step).length > 0);
    expect(Object.fromEntries(readers.map(step => [step.name, secretsIn(step.env)]))).toEqual(secretsOfSteps);
  });

  const read = (name: string): string => `$\{{ ${name} }}`;
  const publish = "Version and publish the packages";
  test.each<[string, string, (workflow: Workflow) => void]>([
    ["a permission for all jobs", "has permissions", workflow => Object.assign(workflow, { permissions: "write-all" })],
    ["no permissions, so that the defaults apply", "has permissions", workflow => delete workflow.permissions],
    ["a job without permissions", "other permissions", ({ jobs }) => delete jobs.test?.permissions],
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
      "test: the whole job",
      ({ jobs }) => Object.assign(jobs.test ?? {}, { env: { NPMRC: read("secrets.NPMRC") } }),
    ],
    ["all secrets for a step", "reads secrets", add("test", { env: { ALL: read("toJSON(secrets)") } })],
    ["the token for a step", "reads github.token", add("test", { name: publish, env: { T: read("github.token") } })],
    ["a secret in a program", "outside of env", add("publish", { run: `echo ${read("secrets.NPMRC")}` })],
    ["a title in a program", "an expression", add("test", { run: `echo ${read("github.event.issue.title")}` })],
    ["a secret for an action", "outside of env", add("test", { uses: "a/b@1", with: { token: read("secrets.T") } })],
    ["a checkout that keeps the token", "leaves the token", add("test", { uses: "actions/checkout@1" })],
    ["dependencies in a job that can write", "runs dependencies", add("push", { run: "npx --yes changeset" })],
    ["foreign pull requests", "foreign", workflow => Object.assign(workflow, { on: { pull_request_target: null } })],
  ])("would not pass with %s", (_, problem, expose) => {
    const workflow: Workflow = parse(readFileSync(join(repository, ".github/workflows/release.yml"), "utf8"));
    expect(findExposures("release.yml", workflow)).toEqual([]);
    expose(workflow);
    expect(findExposures("release.yml", workflow)).toContainEqual(expect.stringContaining(problem));
  });
});
