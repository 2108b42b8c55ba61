import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildDocument } from "@qbench-sdk/emulator";
import { measureInTurns, ratios } from "../measure/measure-in-turns.ts";
import { runNode } from "../measure/run-node.ts";
import { asMegabytes, asRatio, asSeconds, atMost, measured, type Row } from "../results/row.ts";
import type { GroupOptions } from "./group.ts";

const repository = fileURLToPath(new URL("../../../../../", import.meta.url));
const published = join(repository, "../shared/qbench-v2/published-openapi.json");
/** Gives every tool the compile cache that our commands use. Without it, the other tools would be slower. */
const compileCache = ["--import", pathToFileURL(join(repository, "scripts/compile-cache.ts")).href];

/** Measures whole processes from a document to types: ours with all its steps, and tools that only generate. */
export async function benchGeneration({ rounds }: GroupOptions): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "generation-"));
  try {
    const qbench = qbenchDocument(folder);
    // Resolves the document as the pipeline does, because it is a dependency of the pipeline's tests.
    const github = createRequire(join(repository, "scripts/package.json")).resolve(
      "@octokit/openapi/generated/api.github.com.json",
    );
    return [
      ...(await compareTools("QBench document", qbench, folder, rounds ?? 7, 1.3)),
      ...(await compareTools("GitHub document, 13 MB", github, folder, rounds ?? 5, 1.5)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns the path of QBench's published document, or of the emulator's if it is not available. */
export function qbenchDocument(folder: string): string {
  if (existsSync(published)) return published;
  const file = join(folder, "qbench.json");
  writeFileSync(file, JSON.stringify(buildDocument()));
  return file;
}

async function compareTools(title: string, document: string, folder: string, rounds: number, limit: number) {
  const memory: Record<"ours" | "bare" | "heyApi", number[]> = { ours: [], bare: [], heyApi: [] };
  const run = (name: keyof typeof memory, args: readonly string[]) => {
    const { wallMs, peakBytes } = runNode([...compileCache, ...args], { cwd: folder });
    memory[name].push(peakBytes);
    return wallMs;
  };
  const times = await measureInTurns(
    {
      ours: () => run("ours", [fileURLToPath(programOf("pull-and-generate")), emptyRoot(folder), document]),
      bare: () =>
        run("bare", [binOf("openapi-typescript", "bin/cli.js"), document, "--output", join(folder, "bare.ts")]),
    },
    rounds,
  );
  const heyApi = [
    ...[binOf("@hey-api/openapi-ts", "bin/run.js"), "--input", document, "--output", join(folder, "hey")],
    ...["--plugins", "@hey-api/typescript", "--silent"],
  ];
  const heyApiTimes = await measureInTurns({ heyApi: () => run("heyApi", heyApi) }, 2, 0);
  const what = `${title}:`;
  return [
    atMost(`${what} pull to types / openapi-typescript`, ratios(times.ours, times.bare), asRatio, limit),
    measured(`${what} pull to types`, times.ours, asSeconds),
    measured(`${what} openapi-typescript`, times.bare, asSeconds),
    measured(`${what} @hey-api/openapi-ts`, heyApiTimes.heyApi, asSeconds),
    measured(`${what} peak memory of pull to types / openapi-typescript`, ratios(memory.ours, memory.bare), asRatio),
    measured(`${what} peak memory of pull to types`, memory.ours, asMegabytes),
  ];
}

const programOf = (name: string): URL => new URL(`../programs/${name}.ts`, import.meta.url);

/** Creates a folder with the settings of the pipeline, and without earlier documents. */
function emptyRoot(folder: string): string {
  const root = mkdtempSync(join(folder, "root-"));
  for (const file of ["clients.json", "clients.schema.json", "names.json", "overlays"]) {
    cpSync(join(repository, "openapi", file), join(root, "openapi", file), { recursive: true });
  }
  return root;
}

/** Returns the path of a package's program. A path is needed, because not every package exports its program. */
const binOf = (name: string, file: string): string => join(repository, "scripts/node_modules", name, file);
