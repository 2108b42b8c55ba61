import { existsSync, globSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, normalize } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Registry, startRegistry } from "../src/registry.ts";
import { createRepositories, type Repositories, type Workspace } from "../src/repositories.ts";
import type { Outcome } from "../src/run.ts";
import { createService, type Service, settings } from "../src/service.ts";
import {
  additions,
  broken,
  commandLine,
  declaringFields,
  overlay,
  program,
  undeclaredFields,
} from "./support/programs.ts";

const published = ["auth", "cli", "client", "emulator", "redis", "types"].map(name => `@acme/qbench-${name}`);

let registry: Registry;
let repositories: Repositories;
/** The clone of a company, whose packages have the scope `@acme`. */
let workspace: Workspace;
let service: Service;

beforeAll(async () => {
  registry = await startRegistry("@acme");
  [repositories, service] = await Promise.all([createRepositories(), createService(registry.npmrc)]);
  workspace = repositories.workspace;
}, 300_000);

afterAll(async () => {
  await Promise.all([registry.close(), repositories.close(), service.close()]);
});

const release = (...args: string[]) => workspace.script("release", args);

/** Returns the output of a program that must succeed. */
function expectSuccess({ code, output }: Outcome): string {
  expect(code, output).toBe(0);
  return output;
}

/** Expects that a command fails with a message, and changes nothing in the registry, the repository and the files. */
async function expectRefusal(run: () => Promise<Outcome>, message: string | RegExp): Promise<void> {
  const before = await contents();
  const { code, output } = await run();
  expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(message) });
  expect(await contents()).toEqual(before);
}

/** Returns the content of the registry, of the company's repository, and of the workspace. */
const contents = async () => ({
  registry: await registry.files(),
  versions: await Promise.all(published.map(registry.versions)),
  origin: await workspace.git("ls-remote", "origin"),
  commit: await workspace.git("rev-parse", "HEAD"),
  tags: await workspace.git("tag", "--list"),
  files: await workspace.digests(),
});

/** Returns the packages that a dry run would publish, with their versions. */
async function plannedReleases(): Promise<string[]> {
  const before = await contents();
  const output = expectSuccess(await release("--dry-run"));
  expect(await contents()).toEqual(before);
  expect(output).toContain(`Would publish to ${registry.url}:`);
  expect(output).toContain("This is a dry run: nothing is changed.");
  return [...output.matchAll(/^ {2}(@\S+@\d\S+)$/gm)].map(([, release = ""]) => release).toSorted();
}

/** Returns all packages in the registry, with their versions. */
async function publishedReleases(): Promise<string[]> {
  const releases = published.map(async name => (await registry.versions(name)).map(version => `${name}@${version}`));
  return (await Promise.all(releases)).flat();
}

/** Returns the tags of the company's repository. */
const pushedTags = async (): Promise<string[]> =>
  [...(await workspace.git("ls-remote", "--tags", "--refs", "origin")).matchAll(/refs\/tags\/(.+)/g)]
    .map(([, tag = ""]) => tag)
    .toSorted();

/** Pulls a changed document, as the docs page would show it after a change of the API. */
async function pull(change: (document: Document) => void): Promise<{ changeset: string; output: string }> {
  const document: Document = JSON.parse(await workspace.read("openapi/main.json"));
  change(document);
  const file = join(workspace.root, "next.json");
  await writeFile(file, JSON.stringify(document));
  const before = await changesets();
  const output = expectSuccess(await workspace.script("openapi:pull", ["--from", file]));
  await rm(file);
  const [added = ""] = (await changesets()).filter(name => !before.includes(name));
  return { changeset: await workspace.read(join(".changeset", added)), output };
}

interface Manifest {
  exports: Record<string, string | { default: string }>;
  bin?: Record<string, string>;
}

interface Document {
  components: { schemas: Record<string, { properties: Record<string, unknown>; required?: string[] }> };
  paths: Record<string, { get?: { "x-filter"?: string; parameters: { name?: string }[] } }>;
}

const changesets = async (): Promise<string[]> =>
  (await readdir(join(workspace.root, ".changeset"))).filter(name => name.endsWith(".md"));

const commitAndPush = async (message: string): Promise<void> => {
  await workspace.commit(message);
  await workspace.git("push", "--quiet");
};

/** Publishes a version as another owner would: the content of version 0.1.0 with a note. Returns a function that removes it. */
async function publishForeign(name: string, version: string): Promise<() => Promise<void>> {
  const folder = service.folderOf(name);
  const file = join(folder, "package.json");
  const manifest = await readFile(file, "utf8");
  await writeFile(file, manifest.replace('"0.1.0"', JSON.stringify(version)));
  await service.npm("publish", folder);
  await writeFile(file, manifest);
  return async () => {
    await service.npm("unpublish", `${name}@${version}`, "--force");
  };
}

describe("Publishing under a company's scope", () => {
  it.each([
    ["release", []],
    ["dry run", ["--dry-run"]],
  ])("a %s without a company fails, says how to set one, and changes nothing", async (_, args) => {
    await expectRefusal(() => release(...args), "Run pnpm company --scope @acme --registry");
  });

  it("no package can be published from its folder, where it has the name of the sources", async () => {
    await expectRefusal(
      () => workspace.exec("npm", "--prefix", "packages/auth", "run", "prepublishOnly"),
      "Run pnpm release in the top folder of the repository.",
    );
  });

  it("pnpm company writes one file and changes no other", async () => {
    const args = ["--scope", "@acme", "--registry", registry.url, "--repository", "https://git.acme.example/lab/sdk"];
    const output = expectSuccess(await workspace.script("company", args));
    expect(output).toContain("@qbench-sdk/client -> @acme/qbench-client");
    expect(await workspace.git("status", "--porcelain")).toBe("?? company.json\n");
    await commitAndPush("The company is set");
  });

  it.each([
    [
      "a file that is not committed",
      "packages/auth/notes.txt",
      "x",
      /Not everything is committed \(packages\/auth\/notes\.txt\)/,
    ],
    [
      "a registry of the scope that is not the company's",
      ".npmrc",
      "@acme:registry=https://npm.example/\n",
      /company\.json sets http/,
    ],
  ])("a release refuses %s", async (_, file, text, message) => {
    await workspace.write(file, text);
    await expectRefusal(release, message);
    await rm(join(workspace.root, file));
  });

  it("a release refuses a branch that lacks commits of its remote", async () => {
    const { root, git } = workspace;
    await git("commit", "--quiet", "--allow-empty", "--message", "A commit of a colleague");
    await git("push", "--quiet");
    await git("reset", "--quiet", "--hard", "HEAD~");
    await git("update-ref", "refs/remotes/origin/main", "HEAD");
    await workspace.write(".npmrc", registry.npmrc);
    await expectRefusal(release, /The branch main of origin has 1 commits that this clone lacks\. Run git pull/);
    await git("pull", "--quiet");
    expect(existsSync(join(root, ".npmrc"))).toBe(true);
  });

  it("a release refuses a branch that follows none of the remote", async () => {
    await workspace.git("switch", "--quiet", "--create", "local");
    await expectRefusal(release, "The branch local follows no branch of a remote");
    await workspace.git("switch", "--quiet", "main");
  });

  it("a release refuses to tag without a git identity", async () => {
    const env = {
      ...{ GIT_CONFIG_COUNT: "3", GIT_CONFIG_KEY_0: "user.useConfigOnly", GIT_CONFIG_VALUE_0: "true" },
      ...{
        GIT_CONFIG_KEY_1: "user.name",
        GIT_CONFIG_VALUE_1: "",
        GIT_CONFIG_KEY_2: "user.email",
        GIT_CONFIG_VALUE_2: "",
      },
    };
    await expectRefusal(() => workspace.script("release", [], env), "git does not know who commits");
  });

  it("pnpm release --help publishes nothing and changes no file", async () => {
    const before = await contents();
    const { code, output } = await release("--help");
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining("Usage: pnpm release [options]") });
    expect(await contents()).toEqual(before);
  });

  it.each([
    ["--dryrun", 'unknown argument "--dryrun". Did you mean --dry-run?'],
    ["dry-run", 'unknown argument "dry-run". Did you mean --dry-run?'],
    ["--publish", 'unknown argument "--publish". Did you mean --no-push?'],
    ["--dry-run=yes", "--dry-run takes no value."],
  ])("pnpm release %s publishes nothing, and explains its argument in one line", async (argument, message) => {
    const before = await contents();
    expect(await release(argument)).toEqual({ code: 2, output: `pnpm release: ${message}\n` });
    expect(await contents()).toEqual(before);
  });

  it("a release publishes exactly what its dry run named, and says so if the remote rejects its commit", async () => {
    const planned = await plannedReleases();
    expect(planned).toEqual(published.map(name => `${name}@0.1.0`));
    const hook = join(repositories.origin, "hooks/pre-receive");
    await writeFile(hook, "#!/bin/sh\nexit 1\n");
    await chmod(hook, 0o755);
    expect(await release()).toEqual({ code: 1, output: expect.stringContaining("git push failed") });
    await rm(hook);
    expect(await publishedReleases()).toEqual(planned);
    for (const name of ["scripts", "benchmarks", "example-service"]) {
      expect(await registry.versions(`@acme/qbench-${name}`)).toEqual([]);
    }
    expect(await changesets()).toEqual([]);
    expect(await pushedTags()).toEqual([]);
  });

  it("the next release recovers: it publishes nothing again, tags what was published, and pushes", async () => {
    const tags = await workspace.git("tag", "--list");
    expect(tags.trim().split("\n")).toEqual(await publishedReleases());
    // As if the interrupted release had not come to the tags.
    await workspace.git("tag", "--delete", ...tags.trim().split("\n"));
    const before = await registry.files();
    expect(await plannedReleases()).toEqual([]);
    expect(expectSuccess(await release())).toContain(
      "Nothing was published.\nPushed the commit and the tags to origin/main.",
    );
    expect(await registry.files()).toEqual(before);
    expect(await pushedTags()).toEqual(published.map(name => `${name}@0.1.0`));
    expect(await workspace.git("status", "--porcelain", "--branch")).toBe("## main...origin/main\n");
  });

  it.each(published)(
    "the tarball of %s has caret ranges, so that users get the fixes of its dependencies",
    async name => {
      const { dependencies = {}, peerDependencies = {} } = await registry.manifest(name, "0.1.0");
      const ranges = Object.entries({ ...dependencies, ...peerDependencies });
      // The types need nothing.
      expect(ranges.length > 0).toBe(name !== "@acme/qbench-types");
      const carets = /^\^\d+\.\d+\.\d+( \|\| \^\d+\.\d+\.\d+)*$/;
      expect(ranges.filter(([, range]) => !carets.test(range))).toEqual([]);
      for (const [dependency, range] of ranges) {
        if (published.includes(dependency)) expect([dependency, range]).toEqual([dependency, "^0.1.0"]);
      }
    },
  );

  it("a service outside of the workspace can install the packages", async () => {
    const versions = await service.install("@acme/qbench-client", "@acme/qbench-types", "@acme/qbench-emulator");
    expect(Object.values(versions)).toEqual(["0.1.0", "0.1.0", "0.1.0"]);
  });

  it.each(["@acme/qbench-auth", "@acme/qbench-client", "@acme/qbench-emulator"])(
    "the published %s has one file per entry, and a file for what its entries share",
    async name => {
      const folder = service.folderOf(name);
      const { exports, bin = {} }: Manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
      const entries = Object.values(exports).flatMap(entry => (typeof entry === "string" ? [] : entry.default));
      const expected = new Set([...entries, ...Object.values(bin)].map(file => normalize(file)));
      // The emulator contains the scripts of its docs page as they are.
      const scripts = globSync("dist/**/*.js", { cwd: folder, exclude: ["dist/swagger-ui/**"] });
      expect(new Set(scripts.filter(file => file !== join("dist", "shared.js")))).toEqual(expected);
    },
  );

  it.each(["@acme/qbench-auth", "@acme/qbench-client", "@acme/qbench-emulator", "@acme/qbench-types"])(
    "the source maps of the published %s lead to sources that it contains",
    async name => {
      const folder = service.folderOf(name);
      const maps = globSync("dist/**/*.map", { cwd: folder });
      expect(maps.some(map => map.endsWith(".js.map")) && maps.some(map => map.endsWith(".d.ts.map"))).toBe(true);
      for (const map of maps) {
        const { sources }: { sources: string[] } = JSON.parse(await readFile(join(folder, map), "utf8"));
        expect(sources.filter(source => !existsSync(join(folder, map, "..", source)))).toEqual([]);
      }
    },
  );

  it.each(settings)(
    "services compile with %s under %s, also with custom fields that they declare or not",
    async (...setting) => {
      const together = [program, undeclaredFields, declaringFields("@acme/qbench-types")];
      expect(await service.check(together, setting)).toEqual({ code: 0, output: "" });
      // TypeScript merges the declarations of one of the two modules only.
      expect(await service.check([declaringFields("@acme/qbench-types/main")], setting)).toEqual({
        code: 0,
        output: "",
      });
    },
  );

  it("the published packages can make a call", async () => {
    expect(await service.execute(program)).toEqual({ code: 0, output: "[3,3,48]\n" });
  });

  it("the installation of the packages runs no script of a dependency", async () => {
    const program = `
import { readFileSync } from "node:fs";
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
console.log(Object.keys(packages).filter(name => packages[name].hasInstallScript).join());
`;
    expect(await service.execute(program)).toEqual({ code: 0, output: "\n" });
  });

  it.each(["@acme/qbench-types", "@acme/qbench-types/main"])(
    "a service can declare custom fields in the module %s, for responses and requests",
    async types => {
      const values = JSON.stringify(["M. Brown", "M. Brown", "M. Brown", null]);
      expect(await service.execute(declaringFields(types))).toEqual({ code: 0, output: `${values}\n` });
    },
  );

  it("a service can read and write a custom field that it does not declare", async () => {
    expect(await service.execute(undeclaredFields)).toEqual({ code: 0, output: "M. Brown\n" });
  });

  it("npx can run the published command line", async () => {
    expect(await service.execute(commandLine)).toEqual({ code: 0, output: "Emulated client\n" });
  });

  it("a release refuses changesets that name no package", async () => {
    await workspace.write(".changeset/nothing.md", "---\n---\n\nNothing that users see.\n");
    await commitAndPush("A changeset without packages");
    await expectRefusal(release, "The changesets name no published package");
    await workspace.git("rm", "--quiet", ".changeset/nothing.md");
    await commitAndPush("No changeset");
  });

  it("an addition to the API and a custom field of an overlay become a changeset of a minor version", async () => {
    await mkdir(join(workspace.root, "openapi/overlays/main"), { recursive: true });
    await workspace.write("openapi/overlays/main/custom-fields.yaml", overlay);
    const { changeset, output } = await pull(({ components }) => {
      Object.assign(components.schemas.Order?.properties ?? {}, { shelf: { type: "string" } });
    });
    expect(changeset).toMatch(/"@qbench-sdk\/types": minor[\s\S]+`Order\.shelf`/);
    expect(changeset).toContain("`Order.X_LOT`");
    expect(output).toContain("`Order.shelf`");
    await commitAndPush("The API changed");
    const planned = ["client", "redis", "types", "auth"].map(name => `@acme/qbench-${name}@0.2.0`);
    expect((await plannedReleases()).filter(each => each.endsWith("0.2.0"))).toEqual(planned.toSorted());
  });

  it("a release refuses versions that another owner published from the same changesets", async () => {
    const unpublish = await publishForeign("@acme/qbench-types", "0.2.0");
    await expectRefusal(release, "already has @acme/qbench-types@0.2.0, but this branch still has the changesets");
    await unpublish();
  });

  it("the version pull request contains the versions and the changelogs, and no other change", async () => {
    await workspace.git("switch", "--quiet", "--create", "release");
    expectSuccess(await workspace.exec("changeset", "version"));
    const changed = (await workspace.git("status", "--porcelain")).trimEnd().split("\n");
    for (const line of changed) {
      expect(line).toMatch(/^( D \.changeset\/.+\.md|( M|\?\?) packages\/[a-z]+\/(CHANGELOG\.md|package\.json))$/);
    }
    const lines = await workspace.git("diff", "--unified=0", "--", "packages/*/package.json");
    expect(new Set(lines.match(/^[+-] .+$/gm)?.map(line => line.replace(/\d+\.\d+\.\d+/, "N")))).toEqual(
      new Set(['-  "version": "N",', '+  "version": "N",']),
    );
    expect(await workspace.read("packages/types/CHANGELOG.md")).toMatch(
      /^## 0\.2\.0\n[\s\S]+`Order\.shelf`[\s\S]+^## 0\.1\.0$/m,
    );
    await workspace.commit("Release");
    await workspace.git("switch", "--quiet", "main");
    await workspace.git("merge", "--quiet", "--no-ff", "--message", "Merge the version pull request", "release");
    await workspace.git("push", "--quiet");
  });

  it("a release refuses a version that another owner published with other content", async () => {
    const unpublish = await publishForeign("@acme/qbench-types", "0.2.0");
    const before = await registry.files();
    const { code, output } = await release();
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringContaining("already has @acme/qbench-types@0.2.0 with other content"),
    });
    expect(await registry.files()).toEqual(before);
    await unpublish();
  });

  it("the merged version pull request is released, and breaks no service", async () => {
    const before = await publishedReleases();
    const planned = await plannedReleases();
    expectSuccess(await release());
    const added = (await publishedReleases()).filter(each => !before.includes(each));
    expect(added).toEqual(planned);
    expect(await registry.versions("@acme/qbench-types")).toEqual(["0.1.0", "0.2.0"]);
    expect(await registry.versions("@acme/qbench-emulator")).toEqual(["0.1.0"]);
    expect(await pushedTags()).toEqual([...before, ...added].toSorted());
    await service.install("@acme/qbench-client", "@acme/qbench-types");
    expect(await service.check([program, additions], ["ts7", "nodenext"])).toEqual({ code: 0, output: "" });
    const changelog = await readFile(join(service.folderOf("@acme/qbench-types"), "CHANGELOG.md"), "utf8");
    expect(changelog).toMatch(/^# @acme\/qbench-types\n[\s\S]+`Order\.shelf`/);
  });

  it("an upstream change merges without conflicts, except in the document, the changesets and the changelogs", async () => {
    const { upstream } = repositories;
    const [first = ""] = globSync(".changeset/*.md", { cwd: upstream.root }).toSorted();
    const change = async (file: string, edit: (text: string) => string) =>
      upstream.write(file, edit(await upstream.read(file)));
    await change("packages/client/README.md", text =>
      text.replace("\n\n", "\n\nThis sentence comes from upstream.\n\n"),
    );
    await change("packages/client/src/index.ts", text => `// A comment from upstream.\n${text}`);
    await change("packages/redis/package.json", text => text.replace(">=20.19", ">=20.20"));
    await change("scripts/publish/company.ts", text => `// A comment from upstream.\n${text}`);
    await change("openapi/main.json", text => text.replace(/"title": "/, '"title": "Upstream '));
    await change(first, text => `${text}\nAn addition to a changeset that the company has consumed.\n`);
    await upstream.write(
      ".changeset/from-upstream.md",
      '---\n"@qbench-sdk/client": patch\n---\n\nA fix from upstream.\n',
    );
    await upstream.commit("A change");
    await upstream.git("tag", "v2");
    await workspace.git("fetch", "--quiet", "--no-tags", "upstream", "v2");
    await workspace.attemptGit("merge", "--no-edit", "FETCH_HEAD");
    const conflicts = (await workspace.git("diff", "--name-only", "--diff-filter=U")).trim().split("\n");
    const expected = /^(openapi\/|\.changeset\/|packages\/[a-z]+\/CHANGELOG\.md$)/;
    expect(conflicts.filter(file => file !== "" && !expected.test(file))).toEqual([]);
    // docs/upgrading.md says so: the company's document stays, and what it has consumed stays deleted.
    for (const file of conflicts) {
      if (file.startsWith(".changeset/")) await workspace.git("rm", "--quiet", file);
      else await workspace.git("checkout", "--ours", file);
    }
    await workspace.commit("Merge upstream");
    await workspace.git("push", "--quiet");
    expect(await changesets()).toEqual(["from-upstream.md"]);
    expect(JSON.parse(await workspace.read("packages/client/package.json")).version).toBe("0.2.0");
  });

  it("the upstream change is released under the company's names and versions", async () => {
    const planned = await plannedReleases();
    expect(planned).toContain("@acme/qbench-client@0.2.1");
    expectSuccess(await release());
    expect(await publishedReleases()).toEqual(expect.arrayContaining(planned));
    await service.install("@acme/qbench-client");
    const folder = service.folderOf("@acme/qbench-client");
    expect(await readFile(join(folder, "README.md"), "utf8")).toContain("This sentence comes from upstream.");
    expect(await readFile(join(folder, "CHANGELOG.md"), "utf8")).toContain("A fix from upstream.");
    expect(await service.check([additions], ["ts7", "nodenext"])).toEqual({ code: 0, output: "" });
  });

  it("a removed field, a renamed filter and a newly required field are released as major, and the compiler of a service names each", async () => {
    const { changeset } = await pull(({ components: { schemas }, paths }) => {
      delete schemas.Order?.properties.state;
      schemas.OrderCreate?.required?.push("project_id");
      for (const { get } of Object.values(paths)) {
        for (const parameter of get?.["x-filter"] === "OrderFilter" ? get.parameters : []) {
          if (parameter.name === "statuses") parameter.name = "states";
        }
      }
    });
    expect(changeset).toMatch(/"@qbench-sdk\/types": major[\s\S]+\*\*Breaking\*\*/);
    for (const name of ["Order.state", "OrderFilter.statuses", "OrderCreate.project_id"]) {
      expect(changeset).toContain(`\`${name}\``);
    }
    await commitAndPush("The API changed");
    const before = await Promise.all(Object.values(broken).map(use => service.check([use], ["ts7", "nodenext"])));
    expect(before).toEqual(Object.values(broken).map(() => ({ code: 0, output: "" })));
    expectSuccess(await release());
    expect(await registry.versions("@acme/qbench-types")).toEqual(["0.1.0", "0.2.0", "1.0.0"]);
    await service.install("@acme/qbench-client", "@acme/qbench-types");
    for (const [name, use] of Object.entries(broken)) {
      const { code, output } = await service.check([use], ["ts7", "nodenext"]);
      expect({ code, output }).toEqual({ code: expect.any(Number), output: expect.stringMatching(`'${name}'`) });
      expect(code).not.toBe(0);
    }
  });
});
