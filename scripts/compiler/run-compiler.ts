import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { CommandError } from "../command/command-error.ts";

/** An error of the compiler. */
export interface Diagnostic {
  file: string;
  line: number;
  /** The lines of the message. Each one after the first explains the line before. */
  message: string[];
}

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

const options = {
  target: "ES2022",
  lib: ["ES2022"],
  types: [],
  module: "NodeNext",
  strict: true,
  exactOptionalPropertyTypes: true,
  noErrorTruncation: false,
  noEmit: true,
  skipLibCheck: true,
};

/** Compiles files, given by name, in one run of the repository's compiler. Returns its errors. */
export async function runCompiler(files: ReadonlyMap<string, string>): Promise<Diagnostic[]> {
  const folder = await mkdtemp(join(tmpdir(), "qbench-types-"));
  try {
    for (const name of new Set([...files.keys()].map(dirname))) await mkdir(join(folder, name), { recursive: true });
    const config = JSON.stringify({ compilerOptions: options, files: [...files.keys()] });
    await Promise.all(
      [...files, ["tsconfig.json", config] as const, ["package.json", '{"type":"module"}'] as const].map(
        ([name, text]) => writeFile(join(folder, name), text),
      ),
    );
    return parseDiagnostics(await output(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function output(folder: string): Promise<string> {
  const compiler = await compilerPath();
  return new Promise((resolve, reject) => {
    const args = ["--project", folder, "--pretty", "false"];
    execFile(compiler, args, { cwd: folder, maxBuffer: MAX_OUTPUT_BYTES }, (error, stdout, stderr) => {
      // The compiler exits with 1 or 2 if it found errors. Other failures have no such code.
      if (error === null || error.code === 1 || error.code === 2) resolve(stdout);
      else reject(new CommandError(`The TypeScript compiler failed: ${stderr.trim() || error.message}`));
    });
  });
}

/** Returns the compiler's program. Starting it directly saves the start of Node. */
async function compilerPath(): Promise<string> {
  const require = createRequire(new URL("../../package.json", import.meta.url));
  const folder = dirname(require.resolve("typescript/package.json"));
  const module: unknown = await import(pathToFileURL(join(folder, "lib/getExePath.js")).href);
  if (isExeModule(module)) return module.default();
  throw new CommandError("The TypeScript compiler is missing. Run pnpm install.");
}

const isExeModule = (module: unknown): module is { default: () => string } =>
  typeof module === "object" && module !== null && "default" in module && typeof module.default === "function";

function parseDiagnostics(text: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, file, number, message] = /^(.+?)\((\d+),\d+\): error TS\d+: (.*)$/s.exec(line) ?? [];
    if (file !== undefined && message !== undefined) found.push({ file, line: Number(number), message: [message] });
    else if (line.startsWith(" ")) found.at(-1)?.message.push(line.trim());
    else if (line.startsWith("error ")) found.push({ file: "", line: 0, message: [line] });
  }
  return found;
}
