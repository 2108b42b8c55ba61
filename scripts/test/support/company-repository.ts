import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { type RunOptions, runWorkflow, type WorkflowRun, withoutMaintenance } from "./run-workflow.ts";

interface PullRequest {
  state: "open" | "closed" | "merged";
  title: string;
  body: string;
}

/** A company's copy of the repository on GitHub, with the expensive commands replaced by small programs. */
export interface CompanyRepository {
  /** Replaces a command by lines of shell: `npm test`, or what pnpm runs, such as `openapi:pull`. */
  standIn(command: string, ...lines: string[]): void;
  run(file: string, options?: Partial<RunOptions>): WorkflowRun;
  /** Returns the pull requests, the oldest first. */
  pulls(): PullRequest[];
  /** Returns the states of the status "test" of a branch's last commit. */
  statuses(branch: string): string[];
  /** Changes the repository's setting. */
  allowPullRequests(isAllowed: boolean): void;
  /** Closes the pull request of a branch. */
  close(branch: string, state: "closed" | "merged"): void;
  /** Returns the lines that a stand-in wrote to the file `registry`. */
  published(): string[];
  /** Returns the calls of `gh` since the last time. */
  calls(): string[];
  /** Commits files to a branch as a person. A text `undefined` removes the file. */
  commit(branch: string, files: Record<string, string | undefined>, author?: string): string;
  /** Merges a branch into main, as a merge commit or as one new commit, and closes its pull request. */
  merge(branch: string, how: "merge" | "squash"): void;
  git(...args: string[]): string;
  /** Returns a file of a branch. */
  show(branch: string, file: string): string;
  /** Returns the files with secrets that the steps left on their machines. */
  secretFiles(): string[];
  /** Copies everything. The end of the test removes the copy. */
  copy(): CompanyRepository;
  remove(): void;
}

const files = {
  "README.md": "# A company's copy\n",
  "openapi/main.json": '{ "version": 1 }\n',
  "openapi/clients.json": "{}\n",
  ".changeset/config.json": JSON.stringify({ changelog: "@changesets/cli/changelog", baseBranch: "main" }),
  "package.json": '{ "name": "qbench-sdk", "private": true }\n',
  "pnpm-workspace.yaml": "packages: [packages/*]\n",
  "company.json": '{ "scope": "@acme", "registry": "https://npm.acme.example/" }\n',
  "packages/auth/package.json": '{ "name": "@qbench-sdk/auth", "version": "1.0.0" }\n',
  "packages/client/package.json": '{ "name": "@qbench-sdk/client", "version": "1.0.0" }\n',
  "packages/example/package.json": '{ "name": "@qbench-sdk/example", "version": "0.0.0", "private": true }\n',
};

const programs = {
  npm: `echo "npm $*" >> "$FAKE_GITHUB/commands"; [ "$1" = run ] || exec bash -e "$STAND_INS/npm $*"`,
  npx: `shift 2; echo "pnpm $*" >> "$FAKE_GITHUB/commands"; command=$1; shift; exec bash -e "$STAND_INS/$command" "$@"`,
  sudo: "exit 0",
  gh: `exec "$GH" "$@"`,
};

/** The repository requires a token, from `gh auth setup-git`, and the permission to write. */
const hook = `#!/bin/bash
[ "$(git config --global fake.token)" = yes ] || { echo "could not read Username"; exit 1; }
[[ "$FAKE_PERMISSIONS" == *'"contents":"write"'* ]] || { echo "Permission to acme/qbench-sdk.git denied"; exit 1; }
echo push >> "$FAKE_GITHUB/calls"
`;

const newFolder = (): string => mkdtempSync(join(tmpdir(), "company-"));

/** Creates the repository with `company.json` and two packages in version 1.0.0, without pull requests. */
export function createCompanyRepository(): CompanyRepository {
  const folder = newFolder();
  for (const name of ["origin", "work", "github", "stand-ins", "home"]) mkdirSync(join(folder, name));
  for (const [name, program] of Object.entries(programs)) writeProgram(join(folder, "stand-ins", name), program);
  for (const name of ["pulls", "statuses"]) writeFileSync(join(folder, "github", name), "");
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder });
  git("init", "--quiet", "--bare", "--template=", "--initial-branch=main", "origin");
  git("init", "--quiet", "--template=", "--initial-branch=main", "work");
  git("-C", "work", "remote", "add", "origin", "../origin");
  const company = openCompanyRepository(folder);
  company.commit("main", files);
  return company;
}

function openCompanyRepository(folder: string): CompanyRepository {
  const path = (...parts: string[]) => join(folder, ...parts);
  const git = (cwd: string, args: readonly string[]): string =>
    execFileSync("git", args, {
      cwd: path(cwd),
      env: { PATH: process.env.PATH, HOME: path("home"), GIT_CONFIG_NOSYSTEM: "1", ...withoutMaintenance },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  const work = (...args: string[]) => git("work", args);

  const readLines = (name: string): string[][] =>
    readFileSync(path("github", name), "utf8")
      .split("\n")
      .filter(Boolean)
      .map(line => line.split(" "));
  const close = (branch: string, state: "closed" | "merged"): void => {
    const sha = git("origin", ["rev-parse", branch]);
    const lines = readLines("pulls").map(([number, of, old, head]) =>
      of === branch && old === "open" ? [number, of, state, sha] : [number, of, old, head],
    );
    writeFileSync(path("github/pulls"), lines.map(line => `${line.join(" ")}\n`).join(""));
  };
  /** Pushes as a person, to whom the hook does not apply. */
  const push = (...refs: string[]) => {
    rmSync(path("origin/hooks/pre-receive"), { force: true });
    work("push", "--quiet", "--force", "origin", ...refs);
    writeProgram(path("origin/hooks/pre-receive"), hook);
  };
  const checkOut = (branch: string) => {
    work("fetch", "--quiet", "--tags", "origin");
    work("checkout", "--quiet", "-B", branch, `origin/${branch}`);
  };
  const commit = (branch: string, changes: Record<string, string | undefined>, author = "reviewer"): string => {
    if (existsSync(path("work/README.md"))) checkOut(branch);
    for (const [file, text] of Object.entries(changes)) {
      mkdirSync(dirname(path("work", file)), { recursive: true });
      if (text === undefined) rmSync(path("work", file));
      else writeFileSync(path("work", file), text);
    }
    work("add", "--all");
    work("-c", `user.name=${author}`, "-c", `user.email=${author}@acme.example`, "commit", "--quiet", "-m", "Change");
    push(`HEAD:refs/heads/${branch}`);
    return work("rev-parse", "HEAD");
  };
  return {
    standIn: (command, ...lines) => writeProgram(path("stand-ins", command), lines.join("\n")),
    run: (file, options = {}) =>
      runWorkflow(file, {
        folder,
        origin: path("origin"),
        event: "push",
        ...options,
        env: {
          STAND_INS: path("stand-ins"),
          FAKE_GITHUB: path("github"),
          GH: join(import.meta.dirname, "../fixtures/gh.sh"),
          ORIGIN: path("origin"),
          ...options.env,
        },
      }),
    pulls: () =>
      readLines("pulls").map(([number, , state]) => ({
        state: state === "open" || state === "merged" ? state : "closed",
        title: readFileSync(path(`github/title-${number}`), "utf8").trim(),
        body: readFileSync(path(`github/body-${number}`), "utf8"),
      })),
    statuses(branch) {
      const head = git("origin", ["rev-parse", branch]);
      return readLines("statuses").flatMap(([sha, , state]) => (sha === head && state ? [state] : []));
    },
    allowPullRequests(isAllowed) {
      if (isAllowed) rmSync(path("github/pull-requests-forbidden"), { force: true });
      else writeFileSync(path("github/pull-requests-forbidden"), "");
    },
    close,
    published: () => readLines("registry").map(line => line.join(" ")),
    calls() {
      const file = path("github/calls");
      const calls = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
      rmSync(file, { force: true });
      return calls;
    },
    commit,
    merge(branch, how) {
      checkOut("main");
      const person = ["-c", "user.name=reviewer", "-c", "user.email=reviewer@acme.example"];
      if (how === "merge") work(...person, "merge", "--quiet", "--no-ff", "-m", "Merge", `origin/${branch}`);
      else {
        work("merge", "--quiet", "--squash", `origin/${branch}`);
        work(...person, "commit", "--quiet", "-m", "Merge");
      }
      push("HEAD:refs/heads/main");
      close(branch, "merged");
    },
    git: (...args) => git("origin", args),
    show: (branch, file) => git("origin", ["show", `${branch}:${file}`]),
    secretFiles() {
      const args = [".", "-path", "*/machine-*", "(", "-name", ".env", "-o", "-name", "*npmrc", ")"];
      return execFileSync("find", args, { cwd: folder, encoding: "utf8" }).split("\n").filter(Boolean);
    },
    copy() {
      const copied = newFolder();
      onTestFinished(() => rmSync(copied, { recursive: true }));
      const isMachine = /[\\/]run-\w+$/;
      cpSync(folder, copied, { recursive: true, filter: source => !isMachine.test(source) });
      return openCompanyRepository(copied);
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function writeProgram(file: string, program: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, program.startsWith("#!") ? program : `#!/bin/bash\n${program}\n`);
  chmodSync(file, 0o755);
}
