import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CompanyRepository, createCompanyRepository } from "./support/company-repository.ts";
import { repository } from "./support/repository.ts";
import type { RunOptions, WorkflowRun } from "./support/run-workflow.ts";
import { readWorkflow, workflowFiles } from "./support/workflows.ts";

// The workflows run on Linux, and need its programs.
const isWindows = process.platform === "win32";

const ranSteps = new Set<string>();

/** Runs a workflow, and remembers which steps ran. */
function run(company: CompanyRepository, file: string, options?: Partial<RunOptions>): WorkflowRun {
  const result = company.run(file, options);
  for (const step of result.steps) ranSteps.add(step);
  return result;
}

/** The repository before all tests, which work with copies. */
let untouched: CompanyRepository;
beforeAll(() => {
  untouched = createCompanyRepository();
});
afterAll(() => untouched.remove());

const environment = [
  "QBENCH_URL=https://lab.example",
  "QBENCH_CLIENT_ID=main-id",
  'QBENCH_CLIENT_SECRET="main secret value"',
  "BILLING_CLIENT_SECRET='billing-secret-value'",
  "QBENCH_DOCS_COOKIE=session=cookie-value; other=1",
  "",
].join("\n");
const drift = { event: "schedule", secrets: { QBENCH_ENV: environment } };

/** Lets the API have a version, with its changeset. */
function setApi(company: CompanyRepository, version: number, ...lines: string[]): void {
  company.standIn(
    "openapi:pull",
    `[ "$*" = --all ]`,
    // A faulty dependency that prints the values of settings.
    `sed 's/^[^=]*=/read /' .env`,
    `echo '{ "version": ${version} }' > openapi/main.json`,
    ...(version === 1
      ? []
      : [
          `printf -- '---\\n"@qbench-sdk/types": minor\\n---\\n\\nVersion ${version}.\\n' > .changeset/api-${version}.md`,
        ]),
    ...lines,
  );
  company.standIn("openapi:fields", `[ "$*" = "--all --check" ]`, `grep -q BILLING .env`);
}

/** A repository with the pull request for version 2 of the API. */
let drifted: CompanyRepository;

function createDriftingCompany(version: number): CompanyRepository {
  const company = untouched.copy();
  setApi(company, version);
  return company;
}

const listing = (branch: string) =>
  `api repos/acme/qbench-sdk/pulls?head=acme:${branch}&state=all --jq .[] | "\\(if .merged_at then "merged" else .state end) \\(.head.sha) \\(.html_url)"`;
const isPush = (call: string) => call === "push";
const startsCi = (call: string) => call.startsWith("workflow run ci.yml");

describe.skipIf(isWindows)("drift.yml", () => {
  beforeAll(() => {
    drifted = createCompanyRepository();
    setApi(drifted, 2);
    run(drifted, "drift.yml", drift);
    drifted.calls();
  });
  afterAll(() => drifted.remove());

  it("drift.yml opens no pull request while the API is the same", () => {
    const company = createDriftingCompany(1);
    const { results } = run(company, "drift.yml", drift);
    expect(results).toEqual({ pull: "success", "pull-request": "skipped" });
    expect(company.calls()).toEqual([]);
  });

  it("drift.yml opens a pull request with the documents and changesets, and starts CI for it", () => {
    const company = createDriftingCompany(2);
    const { results } = run(company, "drift.yml", drift);
    expect(results).toEqual({ pull: "success", "pull-request/update": "success", "pull-request": "success" });
    const head = company.git("rev-parse", "api-drift");
    expect(company.calls()).toEqual([
      listing("api-drift"),
      "auth setup-git",
      "push",
      `api repos/acme/qbench-sdk/commits/${head}/statuses --jq .[].context`,
      "workflow run ci.yml --ref api-drift",
      `api --silent repos/acme/qbench-sdk/statuses/${head} --field context=test --field state=pending --field target_url=https://github.com/acme/qbench-sdk/actions/workflows/ci.yml?query=branch:api-drift`,
      "pr create --base main --head api-drift --title The API changed --body-file body.md",
    ]);
    expect(company.pulls()).toMatchObject([
      {
        state: "open",
        title: "The API changed",
        body: expect.stringContaining("Version 2."),
      },
    ]);
    expect(company.git("diff", "--name-only", "main", "api-drift").split("\n")).toEqual([
      ".changeset/api-2.md",
      "openapi/main.json",
    ]);
    expect(company.git("log", "-1", "--format=%an <%ae> %s", "api-drift")).toBe(
      "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com> The API changed",
    );
  });

  it("drift.yml pushes nothing if the pull request already has the change, even after main moved on", () => {
    const company = drifted.copy();
    const head = company.git("rev-parse", "api-drift");
    company.commit("main", { "README.md": "Another text.\n" });
    const { results, log } = run(company, "drift.yml", drift);
    expect(results).toMatchObject({ "pull-request": "success" });
    expect(company.calls().filter(call => isPush(call) || startsCi(call) || call.startsWith("pr "))).toEqual([]);
    expect(company.git("rev-parse", "api-drift")).toBe(head);
    expect(log).toContain("pull/1 (open)");
  });

  it("drift.yml pushes another change to the same pull request, and starts CI again", () => {
    const company = drifted.copy();
    setApi(company, 3);
    run(company, "drift.yml", drift);
    const calls = company.calls();
    expect([calls.filter(isPush).length, calls.filter(startsCi).length]).toEqual([1, 1]);
    expect(company.pulls()).toMatchObject([{ state: "open", body: expect.stringContaining("Version 3.") }]);
    expect(company.show("api-drift", "openapi/main.json")).toBe('{ "version": 3 }');
    expect(company.git("rev-list", "--count", "main..api-drift")).toBe("1");
  });

  it("drift.yml pushes the same change again if main changed one of its files", () => {
    const company = drifted.copy();
    company.commit("main", { "openapi/main.json": '{ "version": 1.5 }\n' });
    run(company, "drift.yml", drift);
    expect(company.calls().filter(isPush)).toHaveLength(1);
    expect(company.git("merge-base", "main", "api-drift")).toBe(company.git("rev-parse", "main"));
  });

  it("drift.yml leaves a branch with a reviewer's commits as it is, and names the reviewer", () => {
    const company = drifted.copy();
    const head = company.commit("api-drift", { "openapi/overlay.yaml": "reviewed\n" }, "rhea");
    setApi(company, 3);
    const { results, log } = run(company, "drift.yml", drift);
    expect(results).toMatchObject({ "pull-request": "success" });
    expect(log).toMatch(/^::warning::.*api-drift has commits of rhea@acme\.example, .*Merge its pull request/m);
    expect(company.git("rev-parse", "api-drift")).toBe(head);
    expect(company.calls()).toEqual([listing("api-drift")]);
  });

  it.each(["merge", "squash"] as const)(
    "drift.yml opens a new pull request after a %s of one with a reviewer's commits, although its branch is still there",
    how => {
      const company = drifted.copy();
      company.commit("api-drift", { "openapi/overlay.yaml": "reviewed\n" }, "rhea");
      company.merge("api-drift", how);
      setApi(company, 3);
      run(company, "drift.yml", drift);
      expect(company.pulls()).toMatchObject([{ state: "merged" }, { state: "open" }]);
      expect(company.show("api-drift", "openapi/overlay.yaml")).toBe("reviewed");
    },
  );

  it("drift.yml does not reopen a pull request that a reviewer closed", () => {
    const company = drifted.copy();
    company.close("api-drift", "closed");
    const { log } = run(company, "drift.yml", drift);
    expect(log).toContain("pull/1 (closed). If it is closed, reopen it, or delete the branch api-drift.");
    expect(company.calls().filter(call => isPush(call) || call.startsWith("pr "))).toEqual([]);
  });

  it("drift.yml names the setting that forbids pull requests, and the next run opens the one of the pushed branch", () => {
    const company = createDriftingCompany(2);
    company.allowPullRequests(false);
    const { results, log } = run(company, "drift.yml", drift);
    expect(results).toMatchObject({ pull: "success", "pull-request": "failure" });
    expect(log).toMatch(
      /^::error::.*'Allow GitHub Actions to create and approve pull requests' in Settings > Actions/m,
    );
    company.allowPullRequests(true);
    company.calls();
    expect(run(company, "drift.yml", drift).results).toMatchObject({ "pull-request": "success" });
    expect(company.calls().filter(call => isPush(call) || startsCi(call))).toEqual([]);
    expect(company.pulls()).toMatchObject([{ state: "open", body: expect.stringContaining("Version 2.") }]);
  });

  it("drift.yml starts CI in the next run if GitHub did not start it, and pushes nothing", () => {
    const company = createDriftingCompany(2);
    company.standIn("gh", `if [ "$1" = workflow ]; then exit 1; fi`, `exec "$GH" "$@"`);
    expect(run(company, "drift.yml", drift).results).toMatchObject({ "pull-request": "failure" });
    company.standIn("gh", `exec "$GH" "$@"`);
    company.calls();
    expect(run(company, "drift.yml", drift).results).toMatchObject({ "pull-request": "success" });
    const calls = company.calls();
    expect([calls.filter(isPush).length, calls.filter(startsCi).length]).toEqual([0, 1]);
    expect(company.pulls()).toMatchObject([{ state: "open" }]);
  });

  it("drift.yml fails rather than overwriting what a reviewer pushes meanwhile", () => {
    const company = drifted.copy();
    setApi(company, 3);
    const reviewed = company.git("rev-parse", "main");
    company.standIn(
      "gh",
      `if [ "$1" = auth ]; then git --git-dir="$ORIGIN" update-ref refs/heads/api-drift ${reviewed}; fi`,
      `exec "$GH" "$@"`,
    );
    expect(run(company, "drift.yml", drift).results).toMatchObject({ "pull-request": "failure" });
    expect(company.git("rev-parse", "api-drift")).toBe(reviewed);
  });

  it("drift.yml fails for a failing API client, but opens the pull request of the others", () => {
    const company = untouched.copy();
    setApi(company, 2, "echo '1 of 2 API clients failed: billing.' >&2", "exit 1");
    const { results, log } = run(company, "drift.yml", drift);
    expect(results).toMatchObject({ pull: "failure", "pull-request": "success" });
    expect(log).toContain("API clients failed: billing.");
    expect(company.show("api-drift", "openapi/main.json")).toBe('{ "version": 2 }');
  });

  it("drift.yml does not take the changes of a failing API client out of the pull request", () => {
    const company = drifted.copy();
    const head = company.git("rev-parse", "api-drift");
    setApi(company, 3, "exit 1");
    const { results, log } = run(company, "drift.yml", drift);
    expect(results).toMatchObject({ pull: "failure", "pull-request": "success" });
    expect(log).toMatch(/^::warning::Not everything could be read, so the branch api-drift stays as it is\./m);
    expect(company.git("rev-parse", "api-drift")).toBe(head);
  });

  it("drift.yml fails if the records contradict the types, after it opened the pull request", () => {
    const company = createDriftingCompany(2);
    company.standIn("openapi:fields", "exit 1");
    expect(run(company, "drift.yml", drift).results).toMatchObject({ pull: "failure", "pull-request": "success" });
  });

  it("drift.yml reads no records without the secret of an API client", () => {
    const company = createDriftingCompany(1);
    company.standIn("openapi:fields", "exit 1");
    const secrets = { QBENCH_ENV: "QBENCH_URL=https://lab.example\nQBENCH_DOCS_COOKIE=a=b\nQBENCH_CLIENT_SECRET=\n" };
    expect(run(company, "drift.yml", { ...drift, secrets }).results).toMatchObject({ pull: "success" });
  });

  it("drift.yml gives all settings of the secret to the commands, shows none of them, and keeps no file with them", () => {
    const company = createDriftingCompany(2);
    company.standIn("openapi:fields", `sed 's/^[^=]*=/read /' .env`, "exit 1");
    const { log } = run(company, "drift.yml", drift);
    expect(log.match(/^read '\*\*\*'$/gm)).toHaveLength(2);
    for (const value of ["lab.example", "main-id", "main secret value", "billing-secret-value", "cookie-value"])
      expect(log).not.toContain(value);
    expect(company.secretFiles()).toEqual([]);
  });

  it("drift.yml says which secret is missing", () => {
    const company = createDriftingCompany(2);
    const { results, log } = run(company, "drift.yml", { event: "schedule" });
    expect(results).toEqual({ pull: "failure", "pull-request": "skipped" });
    expect(log).toMatch(/^::error::The secret QBENCH_ENV is not set\./m);
  });
});

const publishing = { secrets: { NPMRC: "//npm.acme.example/:_authToken=npm-secret-token" } };
const changeset = (name: string, text: string) => `---\n"@qbench-sdk/${name}": minor\n---\n\n${text}\n`;
const versions = (version: string) => ["auth", "client"].map(name => `@acme/qbench-${name}@${version}`);

/** Publishes like `pnpm release --no-push` to a file with a line for each version, and tags the versions. */
function standInForRelease(company: CompanyRepository, ...lines: string[]): void {
  company.standIn("npm test", `echo tests >> "$FAKE_GITHUB/commands"`);
  company.standIn(
    "release",
    `[ "$*" = --no-push ]`,
    "git var GIT_COMMITTER_IDENT > /dev/null",
    `[ "$(git rev-parse '@{upstream}')" = "$(git rev-parse HEAD)" ]`,
    `[ -z "$(git status --porcelain)" ]`,
    `[ -n "$GITHUB_TOKEN" ]`,
    ...versions("1.1.0").flatMap(version => [
      `grep -qsxF ${version} "$FAKE_GITHUB/registry" || echo ${version} >> "$FAKE_GITHUB/registry"`,
      `git rev-parse --verify --quiet refs/tags/${version} || git tag --annotate --message ${version} ${version}`,
    ]),
    ...lines,
  );
}

describe.skipIf(isWindows)("release.yml", () => {
  /** A repository with the merged pull request of version 1.1.0. */
  let merged: CompanyRepository;
  beforeAll(() => {
    merged = createCompanyRepository();
    merged.commit("main", {
      ".changeset/first.md": changeset("auth", "Tokens are renewed."),
      ".changeset/second.md": changeset("client", "Lists have cursors."),
    });
    // The real program, with the dependencies of this repository.
    const changesets = `ln -s "${repository}/node_modules" . && [ "$*" = "changeset version" ] && node_modules/.bin/changeset version`;
    merged.standIn("exec", changesets);
    run(merged, "release.yml");
    merged.merge("release", "squash");
    standInForRelease(merged);
  });
  afterAll(() => merged.remove());

  it("release.yml does nothing without company.json", () => {
    const company = untouched.copy();
    company.commit("main", { "company.json": undefined, ".changeset/first.md": changeset("auth", "First.") });
    const { results, log } = run(company, "release.yml", publishing);
    const { plan, ...others } = results;
    expect(plan).toBe("success");
    expect(new Set(Object.values(others))).toEqual(new Set(["skipped"]));
    expect(log).toMatch(/^::notice::Nothing is released, because company\.json does not exist\./m);
    expect(company.calls()).toEqual([]);
  });

  it("release.yml publishes nothing without a registry, but says so", () => {
    const company = untouched.copy();
    company.commit("main", { "company.json": '{ "scope": "@acme" }\n' });
    const { results, log } = run(company, "release.yml", publishing);
    expect(results).toMatchObject({ plan: "success", test: "skipped", publish: "skipped" });
    expect(log).toMatch(/^::notice::.*company\.json has no registry/m);
  });

  it("release.yml refuses to release another branch than main", () => {
    const company = untouched.copy();
    company.git("branch", "feature", "main");
    const { results, log } = run(company, "release.yml", { event: "workflow_dispatch", branch: "feature" });
    expect(results).toMatchObject({ plan: "failure", version: "skipped", publish: "skipped" });
    expect(log).toContain("::error::Only the branch main is released.");
  });

  it("release.yml opens a pull request with the versions and the new changelog entries, and publishes nothing", () => {
    const [pull] = merged.pulls();
    expect(pull).toMatchObject({ state: "merged", title: "Release" });
    expect(pull?.body).toMatch(
      /^# auth\n\n## 1\.1\.0\n\n### Minor Changes\n\n- \w{7}: Tokens are renewed\.\n\n# client\n\n## 1\.1\.0\n[\s\S]*Lists have cursors\.\n\n$/,
    );
    expect(merged.git("diff", "--name-status", "main~1", "release").split("\n")).toEqual([
      "D\t.changeset/first.md",
      "D\t.changeset/second.md",
      "A\tpackages/auth/CHANGELOG.md",
      "M\tpackages/auth/package.json",
      "A\tpackages/client/CHANGELOG.md",
      "M\tpackages/client/package.json",
    ]);
    expect(merged.statuses("release")).toEqual(["pending"]);
  });

  /** A stand-in for changesets, which is faster. */
  const version = `echo '{ "name": "@qbench-sdk/auth", "version": "1.1.0" }' > packages/auth/package.json; printf '# auth\\n\\n## 1.1.0\\n\\n' > packages/auth/CHANGELOG.md; cat .changeset/*.md >> packages/auth/CHANGELOG.md; rm .changeset/*.md`;

  it("release.yml updates the pull request for another changeset, and pushes nothing for another commit", () => {
    const company = untouched.copy();
    company.standIn("exec", version);
    company.commit("main", { ".changeset/first.md": "First.\n" });
    run(company, "release.yml");
    company.calls();
    company.commit("main", { "README.md": "Another text.\n" });
    run(company, "release.yml");
    expect(company.calls().filter(call => isPush(call) || startsCi(call))).toEqual([]);
    company.commit("main", { ".changeset/second.md": "Second.\n" });
    run(company, "release.yml");
    expect(company.calls().filter(call => isPush(call) || startsCi(call))).toHaveLength(2);
    expect(company.pulls()).toMatchObject([{ state: "open", body: expect.stringMatching(/First\.\nSecond\.\n\n$/) }]);
  });

  it("release.yml shortens changelog entries that are too long for GitHub", () => {
    const company = untouched.copy();
    company.standIn("exec", version);
    company.commit("main", { ".changeset/first.md": "A long line with an umlaut: ü.\n".repeat(3000) });
    run(company, "release.yml");
    const body = company.pulls()[0]?.body ?? "";
    expect(body.length).toBeLessThan(65_536);
    expect(body).toMatch(/umlaut: ü\.\n\n\nThe rest is too long for GitHub\. It is in the changed files\.\n$/);
  });

  it("release.yml takes nothing but versions, changelogs and changesets into the pull request", () => {
    const company = untouched.copy();
    company.standIn("exec", version, "echo evil > packages/auth/evil.ts", "mkdir -p packages/auth/src");
    company.commit("main", { ".changeset/first.md": "First.\n" });
    run(company, "release.yml");
    expect(company.git("diff", "--name-only", "main", "release").split("\n")).toEqual([
      ".changeset/first.md",
      "packages/auth/CHANGELOG.md",
      "packages/auth/package.json",
    ]);
  });

  it("release.yml tests and publishes after the pull request was merged, and pushes only the tags", () => {
    const company = merged.copy();
    standInForRelease(company, `grep npm-secret-token "$NPM_CONFIG_USERCONFIG"`);
    const main = company.git("rev-parse", "main");
    company.calls();
    const { results, log } = run(company, "release.yml", publishing);
    expect(results).toEqual({
      plan: "success",
      version: "skipped",
      "pull-request": "skipped",
      "test/test": "success",
      "test/report": "skipped",
      test: "success",
      publish: "success",
      tag: "success",
    });
    expect(company.calls()).toEqual(["auth setup-git", "push"]);
    expect(company.git("tag", "--list").split("\n")).toEqual(versions("1.1.0"));
    for (const tag of versions("1.1.0")) {
      expect(company.git("cat-file", "-t", tag)).toBe("tag");
      expect(company.git("rev-parse", `${tag}^{commit}`)).toBe(main);
    }
    expect(company.git("rev-parse", "main")).toBe(main);
    expect(log).not.toContain("npm-secret-token");
    expect(company.secretFiles()).toEqual([]);
    // Everything is done.
    company.standIn("npm test", "exit 1");
    expect(run(company, "release.yml", publishing).results).toMatchObject({ plan: "success", test: "skipped" });
    expect(company.calls()).toEqual([]);
  });

  it("release.yml publishes nothing if a test fails", () => {
    const company = merged.copy();
    company.standIn("npm test", "exit 1");
    const { results } = run(company, "release.yml", publishing);
    expect(results).toMatchObject({ test: "failure", publish: "skipped", tag: "skipped" });
    expect(company.git("tag", "--list")).toBe("");
  });

  it("release.yml pushes the tags of what an interrupted run published, so that the next run can publish a later commit", () => {
    const company = merged.copy();
    const [first = "", second = ""] = versions("1.1.0");
    standInForRelease(company, `git tag --delete ${second}`, "exit 1");
    expect(run(company, "release.yml", publishing).results).toMatchObject({ publish: "failure", tag: "success" });
    expect(company.git("tag", "--list")).toBe(first);
    company.commit("main", { "README.md": "Another text.\n" });
    standInForRelease(company);
    expect(run(company, "release.yml", publishing).results).toMatchObject({ publish: "success", tag: "success" });
    expect(company.git("rev-parse", `${first}^{commit}`, `${second}^{commit}`).split("\n")).toEqual([
      company.git("rev-parse", "main~1"),
      company.git("rev-parse", "main"),
    ]);
  });

  it.each([
    ["another scope", ["@old/qbench-auth@1.0.0", "@acme/qbench-client@1.0.0"], "@acme/qbench-auth@1.0.0"],
    ["a longer name", ["@acme/qbench-auth@1.0.0", "@acme/api-client@1.0.0"], "@acme/qbench-client@1.0.0"],
  ])("release.yml publishes a version whose only tag has %s", (_, tags, missing) => {
    const company = untouched.copy();
    for (const tag of tags) company.git("tag", tag, "main");
    company.standIn("npm test", "exit 1");
    const { results, log } = run(company, "release.yml", publishing);
    expect(results).toMatchObject({ plan: "success", test: "failure" });
    expect(log).toContain(`The tag ${missing} does not exist yet.`);
  });

  it("release.yml pushes the tags that are missing, and warns if the secret with the registry's token is missing", () => {
    const company = merged.copy();
    const [first = "", second = ""] = versions("1.1.0");
    company.git("-c", "user.name=a", "-c", "user.email=a@b.example", "tag", "-a", "-m", first, first, "main");
    const { results, log } = run(company, "release.yml");
    expect(results).toMatchObject({ publish: "success", tag: "success" });
    expect(log).toMatch(/^::warning::The secret NPMRC is not set/m);
    expect(company.git("log", "-1", "--format=%H", second)).toBe(company.git("rev-parse", "main"));
  });

  it("release.yml leaves a branch release of others as it is", () => {
    const company = untouched.copy();
    company.standIn("exec", version);
    company.git("branch", "release", "main");
    const head = company.commit("release", { "README.md": "A branch of the company.\n" }, "rhea");
    company.commit("main", { ".changeset/first.md": "First.\n" });
    const { log } = run(company, "release.yml");
    expect(log).toMatch(/^::warning::.*the branch release has commits of rhea@acme\.example/m);
    expect([company.git("rev-parse", "release"), company.pulls()]).toEqual([head, []]);
  });
});

describe.skipIf(isWindows)("ci.yml", () => {
  function createDriftBranch(): CompanyRepository {
    const company = untouched.copy();
    company.git("branch", "api-drift", "main");
    return company;
  }

  it.each([
    ["success", "exit 0"],
    ["failure", "exit 1"],
  ])("ci.yml reports %s to the pull request whose branch it was started for", (state, program) => {
    const company = createDriftBranch();
    company.standIn("npm test", program);
    const { results } = run(company, "ci.yml", { event: "workflow_dispatch", branch: "api-drift" });
    expect(results).toEqual({ test: state, report: "success" });
    expect(company.statuses("api-drift").at(-1)).toBe(state);
  });

  it.each([
    ["workflow_dispatch", "main"],
    ["push", "main"],
    ["pull_request", "api-drift"],
  ])("ci.yml reports nothing for the event %s of the branch %s, whose checks GitHub shows", (event, branch) => {
    const company = createDriftBranch();
    company.standIn("npm test", "exit 0");
    const { results } = run(company, "ci.yml", { event, branch });
    expect(results).toEqual({ test: "success", report: "skipped" });
  });
});

it.skipIf(isWindows)("The tests above run every program of the workflows", () => {
  const programs = workflowFiles
    .flatMap(file => Object.values(readWorkflow(file).jobs))
    .flatMap(({ steps = [] }) => steps.filter(step => step.run !== undefined).map(step => step.name ?? "unnamed"));
  expect([...ranSteps].toSorted()).toEqual([...new Set(programs)].toSorted());
});
