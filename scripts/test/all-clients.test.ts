import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyRoot, repository, serve, tinyDocument } from "./support/repository.ts";

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** A repository with three API clients, whose documents a server has. */
interface Laboratory {
  root: string;
  run(command: string, ...args: readonly string[]): Promise<Outcome>;
}

const names = ["main", "billing", "audit"] as const;

/** Creates the repository. The documents of the failing clients do not exist. */
async function createLaboratory(failing: readonly string[]): Promise<Laboratory> {
  const { url } = await serve(
    Object.fromEntries(
      names.filter(name => !failing.includes(name)).map(name => [`/${name}.json`, tinyDocument(name)]),
    ),
  );
  const root = await emptyRoot();
  const others = /[\\/]scripts[\\/](node_modules|test|\.turbo)$/;
  await cp(join(repository, "scripts"), join(root, "scripts"), {
    recursive: true,
    filter: source => !others.test(source),
  });
  for (const folder of ["packages", "node_modules", "scripts/node_modules"])
    await symlink(join(repository, folder), join(root, folder), "junction");
  const clients = Object.fromEntries(
    names.map(name => [
      name,
      {
        url: `${name.toUpperCase()}_URL`,
        clientId: `${name.toUpperCase()}_ID`,
        clientSecret: `${name.toUpperCase()}_SECRET`,
        document: `${url}/${name}.json`,
      },
    ]),
  );
  await writeFile(join(root, "openapi/clients.json"), JSON.stringify({ clients }));
  return {
    root,
    run: (command, ...args) =>
      new Promise(resolve => {
        execFile(process.execPath, [join(root, "scripts", command), ...args], { cwd: root }, (error, stdout, stderr) =>
          resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
        );
      }),
  };
}

describe("A command for all API clients", () => {
  it.each([
    ["first", ["main"]],
    ["second", ["billing"]],
    ["last", ["audit"]],
  ])("openapi:pull --all pulls the other clients if the %s fails, and exits with 1", async (_, failing) => {
    const { root, run } = await createLaboratory(failing);
    const { code, stdout, stderr } = await run("pull.ts", "--all");
    expect(code).toBe(1);
    expect(stderr.trim().split("\n")).toEqual([
      ...failing.map(name => expect.stringMatching(new RegExp(`^${name}: .*failed with status 404`))),
      `${failing.length} of 3 API clients failed: ${failing.join(", ")}. Their errors are above.`,
    ]);
    for (const name of names) {
      const isPulled = !failing.includes(name);
      expect([name, existsSync(join(root, `openapi/${name}.json`))]).toEqual([name, isPulled]);
      expect([name, stdout.includes(`Wrote openapi/${name}.json.`)]).toEqual([name, isPulled]);
    }
  });

  it("openapi:pull --all exits with 0 if no client fails", async () => {
    const { root, run } = await createLaboratory([]);
    expect(await run("pull.ts", "--all")).toMatchObject({ code: 0, stderr: "" });
    for (const name of names)
      expect(JSON.parse(await readFile(join(root, `openapi/${name}.json`), "utf8")).info.title).toBe(name);
  });

  it("openapi:check compares the other clients if one fails, and exits with 1", async () => {
    const { root, run } = await createLaboratory(["billing"]);
    await run("pull.ts", "--client", "audit");
    const { code, stdout, stderr } = await run("check.ts");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^billing: .*failed with status 404.*\n1 of 3 API clients failed: billing\. [^\n]*\n$/);
    expect(stdout).toMatch(/^main: openapi\/main\.json does not exist/);
    expect(stdout).toContain("audit: the API matches openapi/audit.json.");
    expect(existsSync(join(root, "openapi/billing.json"))).toBe(false);
  });

  it("openapi:fields --all --check names each client without a setting, and exits with 1", async () => {
    const { run } = await createLaboratory([]);
    const { code, stdout, stderr } = await run("fields.ts", "--all", "--check");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.trim().split("\n")).toEqual([
      ...names.map(name => expect.stringMatching(new RegExp(`^${name}: ${name.toUpperCase()}_URL is not set`))),
      "3 of 3 API clients failed: main, billing, audit. Their errors are above.",
    ]);
  });

  it("one chosen client that fails keeps its one-line error", async () => {
    const { run } = await createLaboratory(["billing"]);
    const { code, stderr } = await run("pull.ts", "--client", "billing");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^[^\n]*billing\.json failed with status 404[^\n]*\n$/);
  });

  it.each([
    ["pull.ts", "--client", "main"],
    ["pull.ts", "--from", "x.json"],
    ["fields.ts", "--client", "main"],
  ])("%s rejects --all together with %s", async (command, option, value) => {
    const { code, stdout, stderr } = await createLaboratory([]).then(({ run }) => run(command, "--all", option, value));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      new RegExp(`^pnpm openapi:\\w+: option '--all' cannot be used with option '${option} [^\n]+\n$`),
    );
  });
});
