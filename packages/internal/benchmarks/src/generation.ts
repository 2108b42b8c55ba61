import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildDocument } from "@qbench-sdk/emulator";
import { type CallCost, measureTypes, type TypeCost } from "@qbench-sdk/scripts/measure-types";
import { atMost, median, type Row } from "./row.ts";

const repository = join(import.meta.dirname, "../../../..");
/** Resolves the tools as the pipeline does, because they need its version of TypeScript. */
const require = createRequire(join(repository, "scripts/package.json"));
const published = join(repository, "../shared/qbench-v2/published-openapi.json");
const runs = 5;
/** Gives every tool the compile cache that our commands use. Without it, the other tools would be slower. */
const preloaded = [join(repository, "scripts/compile-cache.ts"), join(import.meta.dirname, "report-memory.ts")];

interface Usage {
  ms: number;
  bytes: number;
}

/** Measures whole processes from a document to types: ours with all its steps, and tools that only generate. */
export async function benchGeneration(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "generation-"));
  try {
    const qbench = join(folder, "qbench.json");
    if (existsSync(published)) cpSync(published, qbench);
    else writeFileSync(qbench, JSON.stringify(buildDocument()));
    const github = require.resolve("@octokit/openapi/generated/api.github.com.json");
    return [
      ...(await compareTools("QBench's document", qbench, folder)),
      ...(await compareTools("GitHub's document, 13 MB", github, folder)),
      ...(await compareChecks(JSON.parse(readFileSync(qbench, "utf8")))),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compareTools(what: string, document: string, folder: string): Promise<Row[]> {
  const tools: Record<string, () => string[]> = {
    ours: () => {
      const root = mkdtempSync(join(folder, "root-"));
      for (const file of ["clients.json", "clients.schema.json", "names.json", "overlays"]) {
        cpSync(join(repository, "openapi", file), join(root, "openapi", file), { recursive: true });
      }
      return [join(import.meta.dirname, "pull-and-generate.ts"), root, document];
    },
    "openapi-typescript": () => [
      binOf("openapi-typescript", "bin/cli.js"),
      document,
      "--output",
      join(folder, "bare.ts"),
    ],
    "@hey-api/openapi-ts": () => [
      binOf("@hey-api/openapi-ts", "bin/run.js"),
      ...["--input", document, "--output", join(folder, "hey"), "--plugins", "@hey-api/typescript", "--silent"],
    ],
  };
  const usages = new Map(Object.keys(tools).map(name => [name, [] as Usage[]]));
  for (let run = 0; run < runs; run++) {
    for (const [name, args] of Object.entries(tools)) usages.get(name)?.push(measure(args(), folder));
  }
  const time = (name: string) => median((usages.get(name) ?? []).map(({ ms }) => ms));
  const memory = (name: string) => median((usages.get(name) ?? []).map(({ bytes }) => bytes));
  const ratio = time("ours") / time("openapi-typescript");
  const pull = `${what}, pull to types`;
  return [
    what.startsWith("QBench")
      ? { what: pull, result: `${(time("ours") / 1000).toFixed(2)} s`, goal: "≤ 2 s", isMet: time("ours") <= 2000 }
      : atMost(`${pull}, relative to bare openapi-typescript`, ratio, 2),
    ...Object.keys(tools).map(name => ({
      what: `${what}: ${name}`,
      result: `${(time(name) / 1000).toFixed(2)} s, ${Math.round(memory(name) / 1e6)} MB`,
    })),
  ];
}

function measure(args: readonly string[], folder: string): Usage {
  const report = join(folder, "memory");
  const begin = performance.now();
  rmSync(report, { force: true });
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    env: {
      ...process.env,
      MEMORY_REPORT: report,
      NODE_OPTIONS: preloaded.map(file => `--import ${pathToFileURL(file)}`).join(" "),
    },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${args.join(" ")} failed:\n${stderr}`);
  return { ms: performance.now() - begin, bytes: Number(readFileSync(report, "utf8")) };
}

/** Returns the path of a package's program. A path is needed, because not every package exports its program. */
const binOf = (name: string, file: string): string => join(repository, "scripts/node_modules", name, file);

async function compareChecks(document: Parameters<typeof measureTypes>[0]): Promise<Row[]> {
  const costs: TypeCost[] = [];
  for (let run = 0; run < runs; run++) costs.push(await measureTypes(document));
  const middle = (read: (cost: TypeCost) => number): number => median(costs.map(read));
  const what = "types of QBench's document:";
  const kinds = {
    resources: "resources",
    dated: 'resources with dates: "Date"',
    httpMethods: "client.GET and other HTTP methods",
    bare: "plain openapi-fetch and openapi-typescript",
  } as const;
  return [
    ...Object.entries(kinds).map(([kind, title]): Row => {
      const each = (of: keyof CallCost) => middle(cost => cost[kind as keyof typeof kinds][of]);
      const perCall = each("instantiationsPerCall");
      const completionMs = each("completionMs");
      return {
        what: `${what} ${title}`,
        result: `${Math.round(perCall)} instantiations per call, ${Math.round(completionMs)} ms and ${each("completionInstantiations")} instantiations per completion`,
        ...(kind === "dated" && {
          goal: "≤ 500 instantiations per call, ≤ 100 ms per completion",
          isMet: perCall <= 500 && completionMs <= 100,
        }),
      };
    }),
    atMost(
      `${what} instantiations per call of an HTTP method, relative to the bare tools`,
      middle(({ httpMethods, bare }) => httpMethods.instantiationsPerCall / bare.instantiationsPerCall),
      1,
    ),
    atMost(
      `${what} time of tsc for HTTP methods, relative to the bare tools`,
      middle(({ httpMethods, bare }) => httpMethods.checkMs / bare.checkMs),
      1.1,
    ),
    atMost(
      `${what} completion of paths in an editor, relative to the bare tools`,
      middle(({ httpMethods, bare }) => httpMethods.completionMs / bare.completionMs),
      1.1,
    ),
    atMost(
      `${what} size, relative to the bare tools`,
      middle(({ bytes }) => bytes.ours / bytes.bare),
      0.5,
    ),
  ];
}
