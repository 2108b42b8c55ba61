import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildPackages } from "@qbench-sdk/scripts/run-program";
import { type StagedPackage, stagePackages } from "@qbench-sdk/scripts/stage-packages";
import budgets from "@qbench-sdk/scripts/tarball-budgets" with { type: "json" };
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../src/run.ts";
import { followMaps, type MappedWords, openTarball, type Tarball } from "../src/tarball.ts";

const repository = join(import.meta.dirname, "../../../..");
const names = ["auth", "cli", "client", "emulator", "redis", "types"] as const;
type Name = (typeof names)[number];
const company = {
  scope: "@acme",
  registry: "https://npm.acme.example/",
  repository: "https://github.com/acme/qbench-sdk",
};

let folder = "";
/** The packages under the company's scope, and under the scope of the sources. */
const staged = new Map<string, Tarball>();
const original = new Map<string, Tarball>();
const of = (name: Name, tarballs = staged): Tarball => {
  const tarball = tarballs.get(name);
  if (tarball === undefined) throw new Error(`${name} is not staged`);
  return tarball;
};

async function openAll(packages: readonly StagedPackage[], prefix: string, tarballs: Map<string, Tarball>) {
  for (const { name, tarball } of packages) tarballs.set(name.slice(prefix.length), await openTarball(tarball));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tarballs-"));
  await buildPackages(repository, "./packages/*");
  await openAll(await stagePackages(repository, join(folder, "company"), company), "@acme/qbench-", staged);
  await openAll(
    await stagePackages(repository, join(folder, "original"), { scope: "@qbench-sdk" }),
    "@qbench-sdk/",
    original,
  );
}, 300_000);
afterAll(async () => {
  await Promise.all([...staged.values(), ...original.values()].map(tarball => tarball.remove()));
  await rm(folder, { recursive: true });
});

const fileOfPackage = /^(CHANGELOG\.md|LICENSE|README\.md|package\.json|dist\/.+\.(d\.ts|js)(\.map)?|src\/.+\.ts)$/;
const fileOfSwaggerUi =
  /^dist\/swagger-ui\/(LICENSE|NOTICE|favicon-32x32\.png|swagger-ui\.css|swagger-ui-[a-z-]+\.js(\.LICENSE\.txt)?)$/;

describe.each(names)("The tarball of %s", name => {
  it("contains the build, its sources, the manifest, the README and the license, and nothing else", () => {
    const { paths } = of(name);
    const isExpected = (path: string): boolean =>
      fileOfPackage.test(path) || (name === "emulator" && fileOfSwaggerUi.test(path));
    expect(paths.filter(path => !isExpected(path) || /\.test\.|built-in\./.test(path))).toEqual([]);
    for (const file of ["LICENSE", "README.md", "package.json"]) expect(paths).toContain(file);
    const sources = globSync("src/**/*.ts", { cwd: join(repository, "packages", name) }).filter(
      path => !path.includes("built-in."),
    );
    expect(paths.filter(path => path.startsWith("src/")).length).toBe(sources.length);
  });

  it("contains the changelog as soon as the package has one", () => {
    const manifest = JSON.parse(readFileSync(join(repository, "packages", name, "package.json"), "utf8"));
    expect(manifest.files).toContain("CHANGELOG.md");
    expect(of(name).paths.includes("CHANGELOG.md")).toBe(
      existsSync(join(repository, "packages", name, "CHANGELOG.md")),
    );
  });

  it("has the company's names in every file", () => {
    const { paths, read } = of(name);
    expect(paths.filter(path => read(path).includes("@qbench-sdk"))).toEqual([]);
  });

  it("has a manifest with the company's addresses and without what only the repository uses", () => {
    const manifest = JSON.parse(of(name).read("package.json"));
    expect(manifest).toMatchObject({
      name: `@acme/qbench-${name}`,
      license: "MIT",
      repository: { type: "git", url: "git+https://github.com/acme/qbench-sdk.git", directory: `packages/${name}` },
      publishConfig: { registry: company.registry },
    });
    expect(manifest.scripts ?? manifest.devDependencies).toBeUndefined();
    expect(JSON.stringify(manifest)).not.toMatch(/workspace:|catalog:|qbench-built-in/);
  });

  it("has only entries and commands that exist", () => {
    const { paths, read } = of(name);
    const { exports, bin = {} } = JSON.parse(read("package.json"));
    const targets = JSON.stringify([exports, bin]).match(/"\.\/[^"*]+"/g) ?? [];
    const files = targets.map(text => JSON.parse(text).slice(2)).filter((path: string) => /\.\w+$/.test(path));
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((path: string) => !paths.includes(path))).toEqual([]);
  });

  it("has a README whose links lead to existing files of the company's repository", () => {
    const prose = of(name)
      .read("README.md")
      .replaceAll(/^```[\s\S]*?^```/gm, "");
    const links = Array.from(prose.matchAll(/\]\(([^)\s]+)\)/g), ([, link = ""]) => link);
    expect(links.filter(link => !/^(https:\/\/|#)/.test(link))).toEqual([]);
    const own = links.filter(link => link.startsWith(`${company.repository}/`));
    const missing = own.filter(link => {
      const [, kind, path = ""] = /\/(blob|tree)\/HEAD\/([^#]+)/.exec(link) ?? [];
      const target = statSync(join(repository, path), { throwIfNoEntry: false });
      return !(kind === "tree" ? target?.isDirectory() : target?.isFile());
    });
    expect(missing).toEqual([]);
  });

  it("has source maps that lead to the right position of a source in the tarball, and the renaming keeps them so", () => {
    const { lost, count, different }: MappedWords = followMaps(of(name));
    expect(lost).toEqual([]);
    expect(count).toBeGreaterThan(1000);
    expect(different.length / count).toBeLessThan(0.05);
    expect(different).toEqual(followMaps(of(name, original)).different);
  });

  it("passes publint and attw under the company's scope", async () => {
    const programs = join(repository, "packages", name, "node_modules/.bin");
    const { file } = of(name);
    await run(join(programs, "publint"), [file, "--strict"], { cwd: folder });
    await run(join(programs, "attw"), [file, "--profile", "esm-only"], { cwd: folder });
  });

  it("stays within its size budget", () => {
    expect(describeOverrun(name, measure(name))).toBeUndefined();
  });
});

interface Size {
  packedBytes: number;
  unpackedBytes: number;
  files: number;
}

/** A changelog grows with each release, and generated types with the documents in `openapi/`. Budgets are for the rest. */
function measure(name: Name): Size {
  const { paths, folder: unpacked } = of(name, original);
  const isCounted = (path: string): boolean =>
    path !== "CHANGELOG.md" && (name !== "types" || !/^(dist|src)\/[^/]+$/.test(path));
  const contents = paths.filter(isCounted).map(path => readFileSync(join(unpacked, path)));
  return {
    packedBytes: gzipSync(Buffer.concat(contents), { level: 9 }).length,
    unpackedBytes: contents.reduce((sum, { length }) => sum + length, 0),
    files: contents.length,
  };
}

/** Returns an error message if a figure grew by more than 5 %. */
function describeOverrun(name: Name, measured: Size): string | undefined {
  const budget: Size = budgets[name];
  const { packedBytes, unpackedBytes, files } = measured;
  const isWithin =
    packedBytes <= budget.packedBytes * 1.05 &&
    unpackedBytes <= budget.unpackedBytes * 1.05 &&
    files <= budget.files * 1.05;
  if (isWithin) return undefined;
  return (
    `The tarball of ${name} grew by more than 5 %. If the growth is worth it, ` +
    `set its row in scripts/size/tarball-budgets.json to ${JSON.stringify(measured)}.`
  );
}

it("the generated types and outlines take little more space than the documents that they are generated from", () => {
  const { paths, read } = of("types");
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const generated = paths.filter(path => /^(dist|src)\/[^/]+$/.test(path));
  const isOutline = (path: string): boolean => path.includes("outline.");
  const sizeOf = (files: readonly string[]): number => sum(files.map(path => read(path).length));
  const documents = sum(
    globSync("openapi/*.json", { cwd: repository }).map(file => statSync(join(repository, file)).size),
  );
  expect(sizeOf(generated.filter(path => !isOutline(path))) / documents).toBeLessThan(1.2);
  expect(sizeOf(generated.filter(isOutline)) / documents).toBeLessThan(0.4);
});

it("a tarball that is more than 5 % over its budget fails with the new figures and the budget file", () => {
  const { packedBytes, unpackedBytes, files } = budgets.auth;
  expect(describeOverrun("auth", { packedBytes: packedBytes * 1.04, unpackedBytes, files })).toBeUndefined();
  expect(describeOverrun("auth", { packedBytes, unpackedBytes, files: files * 2 })).toMatch(
    /^The tarball of auth grew .* set its row in scripts\/size\/tarball-budgets\.json to \{"packedBytes":\d+,/,
  );
});

describe("The emulator from its tarball", () => {
  it("installs within 15 MB, without any install script", async () => {
    const project = join(folder, "project");
    await mkdir(project);
    await writeFile(join(project, "package.json"), '{"private":true}');
    await run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", of("emulator").file], { cwd: project });
    expect(diskUsage(join(project, "node_modules"))).toBeLessThan(15_000_000);
    const { packages } = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8"));
    const installed = Object.entries<{ hasInstallScript?: boolean }>(packages);
    expect(installed.length).toBeGreaterThan(5);
    expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
  });

  it("is started by npx without install scripts, responds, and ends when npx gets SIGTERM", async () => {
    const cwd = await mkdtemp(join(folder, "npx-"));
    const args = ["--yes", "--ignore-scripts", `--package=${of("emulator").file}`, "qbench-emulator", "--port", "0"];
    const npx = spawn("npx", args, { cwd, env: { ...process.env, npm_config_cache: join(folder, "cache") } });
    const ended = Promise.all([once(npx, "close"), once(npx.stdout, "end")]);
    const [output] = await once(npx.stdout, "data");
    const [, url] = /^QBENCH_URL=(.*)$/m.exec(String(output)) ?? [];
    expect((await fetch(`${url}/qbench/api/v2/orders`)).headers.get("content-type")).toContain("json");
    npx.kill("SIGTERM");
    // The emulator holds the output open as long as it runs.
    npx.stdout.resume();
    npx.stderr.resume();
    await ended;
    await expect(fetch(`${url}/qbench/api/v2/orders`)).rejects.toThrow("fetch failed");
  });
});

/** The space that a folder takes on the disk, as `du` counts it. */
function diskUsage(path: string): number {
  const { blocks, size } = lstatSync(path);
  // Windows counts no blocks.
  const own = blocks === undefined ? size : blocks * 512;
  if (!lstatSync(path).isDirectory()) return own;
  return readdirSync(path).reduce((sum, name) => sum + diskUsage(join(path, name)), own);
}
