import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import { type Job, readWorkflow, type Step, type Workflow } from "./workflows.ts";

type Result = "success" | "failure" | "skipped";

interface JobRun {
  result: Result;
  outputs: Record<string, string>;
}

export interface WorkflowRun {
  /** The result of each job. A job of a called workflow has the caller's name and its own: `test/report`. */
  results: Record<string, Result>;
  /** The names of all `run` steps that ran. */
  steps: string[];
  /** Everything that the steps printed, as the runner shows it: without the values that it was told to mask. */
  log: string;
}

export interface RunOptions {
  /** A folder for the machines of the jobs. */
  folder: string;
  /** The repository that the jobs check out. */
  origin: string;
  event: string;
  /** Default: `main`. */
  branch?: string;
  secrets?: Record<string, string>;
  /** Environment of every step, in addition to what a hosted runner sets. */
  env: Record<string, string>;
}

interface StartedRun extends RunOptions {
  github: ReturnType<typeof gitHubOf>;
}

interface Caller {
  path: string;
  inputs: Record<string, unknown>;
  permissions: Record<string, string> | undefined;
}

/**
 * Runs a workflow of this repository as GitHub does, but on this machine: each job in a clone and a home folder of its
 * own, with nothing of this process's environment. Expressions are evaluated by GitHub's library. Of actions, it knows
 * the four that the workflows use.
 */
export function runWorkflow(file: string, options: RunOptions): WorkflowRun {
  const run: WorkflowRun = { results: {}, steps: [], log: "" };
  const folder = mkdtempSync(join(options.folder, "run-"));
  runJobs(readWorkflow(file), { ...options, folder, github: gitHubOf(options) }, run, {
    path: "",
    inputs: {},
    permissions: undefined,
  });
  return run;
}

function runJobs(workflow: Workflow, options: StartedRun, run: WorkflowRun, caller: Caller): Record<string, JobRun> {
  const jobs: Record<string, JobRun> = {};
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const path = `${caller.path}${name}`;
    checkPermissions(path, job, caller);
    const needs = Object.fromEntries([job.needs ?? []].flat().map(need => [need, jobs[need]]));
    const results = Object.values(needs).map(need => need?.result);
    const status = { success: results.every(result => result === "success"), failure: results.includes("failure") };
    const context = { github: options.github, needs, inputs: caller.inputs, secrets: options.secrets ?? {} };
    if (!isTrue(job.if, context, status)) jobs[name] = { result: "skipped", outputs: {} };
    else if (job.uses === undefined) jobs[name] = runSteps(job, workflow, options, run, context);
    else jobs[name] = callWorkflow(job, job.uses, options, run, path, context);
    run.results[path] = jobs[name].result;
  }
  return jobs;
}

/** Throws for a called job that wants more than its caller has. GitHub does not start such a workflow. */
function checkPermissions(path: string, job: Job, { permissions }: Caller): void {
  if (permissions === undefined) return;
  for (const [name, access] of Object.entries(job.permissions ?? {}))
    if (permissions[name] !== "write" && permissions[name] !== access)
      throw new Error(`${path} requests ${name}: ${access}, but its caller has ${permissions[name] ?? "none"}.`);
}

function callWorkflow(job: Job, uses: string, options: StartedRun, run: WorkflowRun, path: string, context: Context) {
  const called = readWorkflow(basename(uses));
  const declared = called.on.workflow_call?.inputs ?? {};
  const inputs = Object.fromEntries(
    Object.entries(declared).map(([name, input]) => [name, evaluateAll(job.with?.[name] ?? input.default, context)]),
  );
  const jobs = runJobs(called, options, run, { path: `${path}/`, inputs, permissions: job.permissions ?? {} });
  const results = Object.values(jobs).map(({ result }) => result);
  return { result: results.includes("failure") ? "failure" : "success", outputs: {} } satisfies JobRun;
}

function runSteps(job: Job, workflow: Workflow, options: StartedRun, run: WorkflowRun, context: Context): JobRun {
  const machine = mkdtempSync(join(options.folder, "machine-"));
  const [home, temporary, clone] = ["home", "temporary", "clone"].map(name => join(machine, name));
  if (home === undefined || temporary === undefined || clone === undefined) throw new Error("unreachable");
  for (const folder of [home, temporary, clone]) mkdirSync(folder);
  const shell = workflow.defaults?.run?.shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail"] : ["-e"];
  const steps: Record<string, { outputs: Record<string, string>; outcome: Result }> = {};
  // GitHub hides the lines of secrets, and what a step asks it to hide.
  const masks = Object.values(options.secrets ?? {}).flatMap(secret => secret.split("\n").filter(Boolean));
  const status = { success: true, failure: false };
  const contextOfStep = () => ({ ...context, steps, runner: { temp: temporary } });
  for (const [index, step] of (job.steps ?? []).entries()) {
    if (!isTrue(step.if, contextOfStep(), status)) {
      if (step.id !== undefined) steps[step.id] = { outputs: {}, outcome: "skipped" };
      continue;
    }
    const output = join(machine, `output-${index}`);
    writeFileSync(output, "");
    const env = {
      ...hostedEnvironment(options, { home, temporary, clone, output }),
      FAKE_PERMISSIONS: JSON.stringify(job.permissions),
      ...stringsOf({ ...job.env, ...step.env }, contextOfStep()),
    };
    let isDone = true;
    if (step.run === undefined) useAction(step, options, { clone, env, context: contextOfStep() });
    else {
      const program = join(machine, `step-${index}.sh`);
      writeFileSync(program, step.run);
      const child = spawnSync("bash", [...shell, program], { cwd: clone, env, encoding: "utf8" });
      const lines = `${child.stdout}${child.stderr}`.split("\n");
      masks.push(...lines.flatMap(line => /^::add-mask::(.+)$/.exec(line)?.[1] ?? []));
      const printed = lines.filter(line => !line.startsWith("::add-mask::")).join("\n");
      run.log += masks.reduce((text, mask) => text.replaceAll(mask, "***"), printed);
      run.steps.push(step.name ?? "");
      isDone = child.status === 0;
    }
    if (!isDone) Object.assign(status, { success: false, failure: true });
    if (step.id !== undefined)
      steps[step.id] = { outputs: readOutputs(output), outcome: isDone ? "success" : "failure" };
  }
  return {
    result: status.failure ? "failure" : "success",
    outputs: stringsOf(job.outputs ?? {}, contextOfStep()),
  };
}

interface Machine {
  home: string;
  temporary: string;
  clone: string;
  output: string;
}

/** Keeps git from starting more processes, and from waiting for the disk. */
export const withoutMaintenance: Record<string, string> = {
  GIT_CONFIG_COUNT: "3",
  GIT_CONFIG_KEY_0: "maintenance.auto",
  GIT_CONFIG_VALUE_0: "false",
  GIT_CONFIG_KEY_1: "receive.autogc",
  GIT_CONFIG_VALUE_1: "false",
  GIT_CONFIG_KEY_2: "core.fsync",
  GIT_CONFIG_VALUE_2: "none",
};

const repositoryName = "acme/qbench-sdk";

function hostedEnvironment(options: StartedRun, { home, temporary, clone, output }: Machine): NodeJS.ProcessEnv {
  const { ref, ref_name, sha } = options.github;
  return {
    HOME: home,
    // Node's folder is first, as after actions/setup-node.
    PATH: `${options.env.STAND_INS}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    GIT_CONFIG_NOSYSTEM: "1",
    ...withoutMaintenance,
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_NAME: options.event,
    GITHUB_OUTPUT: output,
    GITHUB_REF: ref,
    GITHUB_REF_NAME: ref_name,
    GITHUB_REPOSITORY: repositoryName,
    GITHUB_REPOSITORY_OWNER: dirname(repositoryName),
    GITHUB_RUN_ID: "1",
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_SHA: sha,
    GITHUB_WORKSPACE: clone,
    RUNNER_TEMP: temporary,
    ...options.env,
  };
}

/** Does what an action does for the later steps. */
function useAction(step: Step, options: StartedRun, job: { clone: string; env: NodeJS.ProcessEnv; context: Context }) {
  const [action] = (step.uses ?? "").split("@");
  const artifacts = join(options.folder, "artifacts");
  const inputs = stringsOf(step.with ?? {}, job.context);
  const artifact = join(artifacts, inputs.name ?? "");
  if (action === "actions/setup-node") return;
  if (action === "actions/checkout") return checkOut(job, options, inputs["fetch-depth"] === "0");
  if (action === "actions/download-artifact") return cpSync(artifact, inputs.path ?? "", { recursive: true });
  if (action === "actions/upload-artifact") {
    mkdirSync(artifact, { recursive: true });
    for (const file of (inputs.path ?? "").trim().split("\n")) cpSync(file, join(artifact, basename(file)));
    return;
  }
  throw new Error(`This test does not know the action ${action}.`);
}

/** Checks out a branch as actions/checkout does: the commit of the event, as the branch that follows its remote branch. */
function checkOut(job: { clone: string; env: NodeJS.ProcessEnv }, options: StartedRun, isComplete: boolean): void {
  const fetch = isComplete
    ? "git fetch --quiet origin '+refs/heads/*:refs/remotes/origin/*' '+refs/tags/*:refs/tags/*'"
    : 'git fetch --quiet --no-tags --depth=1 origin "$GITHUB_SHA"';
  const program = `
    git init --quiet --template= --initial-branch=unused
    git remote add origin "file://$ORIGIN"
    ${fetch}
    git update-ref "refs/remotes/origin/$GITHUB_REF_NAME" "$GITHUB_SHA"
    git checkout --quiet --force -B "$GITHUB_REF_NAME" "refs/remotes/origin/$GITHUB_REF_NAME"`;
  const env = { ...job.env, ORIGIN: options.origin };
  const { status, stderr } = spawnSync("bash", ["-e", "-c", program], { cwd: job.clone, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`The checkout failed: ${stderr}`);
}

function gitHubOf({ origin, branch = "main", event }: RunOptions) {
  const { stdout } = spawnSync("git", ["rev-parse", branch], { cwd: origin, encoding: "utf8" });
  return {
    event_name: event,
    ref: `refs/heads/${branch}`,
    ref_name: branch,
    repository: repositoryName,
    sha: stdout.trim(),
    token: "ghs-token-of-the-workflow",
  };
}

function readOutputs(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return Object.fromEntries(
    lines.map(line => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const),
  );
}

type Context = Record<string, unknown>;

interface Status {
  success: boolean;
  failure: boolean;
}

/** Returns whether a job or step runs. A condition without a function of the status holds only after success. */
function isTrue(condition: string | undefined, context: Context, status: Status): boolean {
  if (condition === undefined) return status.success;
  const expression = condition.replace(/^\$\{\{(.*)\}\}$/s, "$1");
  if (!/\b(always|success|failure|cancelled)\(\)/.test(expression) && !status.success) return false;
  return Boolean(evaluate(expression, context, status));
}

/** Evaluates a value of a workflow. A text that is one expression has the type of its result. */
function evaluateAll(value: unknown, context: Context): unknown {
  if (typeof value !== "string") return value;
  const [, expression] = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(value) ?? [];
  if (expression !== undefined) return evaluate(expression, context);
  return value.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, part: string) => String(evaluate(part, context) ?? ""));
}

const stringsOf = (values: Record<string, unknown>, context: Context): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(evaluateAll(value, context) ?? "")]));

function evaluate(expression: string, context: Context, status?: Status): unknown {
  const functions = Object.entries({ always: true, cancelled: false, ...status }).map(([name, result]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(result),
  }));
  const parsed = new Parser(new Lexer(expression.trim()).lex().tokens, Object.keys(context), functions).parse();
  const dictionary = JSON.parse(JSON.stringify(context), data.reviver);
  const byName = new Map(functions.map(each => [each.name, each]));
  return JSON.parse(JSON.stringify(new Evaluator(parsed, dictionary, byName).evaluate(), data.replacer));
}
