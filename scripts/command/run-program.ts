import { spawn } from "node:child_process";
import { CommandError } from "./command-error.ts";

interface ProgramOptions {
  cwd: string;
  env?: NodeJS.ProcessEnv;
}

const isWindows = process.platform === "win32";

/** Runs a program that shares this process's terminal. Returns its exit code. */
export function runProgram(command: string, args: readonly string[], options: ProgramOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: "inherit", shell: isWindows });
    child.on("error", reject);
    child.on("close", code => resolve(code ?? 1));
  });
}

/** Runs a program and shows its output only if it fails. */
export function runQuietly(command: string, args: readonly string[], options: ProgramOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, shell: isWindows });
    const output: Buffer[] = [];
    child.stdout.on("data", chunk => output.push(chunk));
    child.stderr.on("data", chunk => output.push(chunk));
    child.on("error", reject);
    child.on("close", code => {
      if (code === 0) return resolve();
      process.stderr.write(Buffer.concat(output));
      reject(new CommandError(`${[command, ...args].join(" ")} failed with exit code ${code}. Its output is above.`));
    });
  });
}

/** Builds what the filters of turbo select, such as `@qbench-sdk/auth`. */
export const buildPackages = (root: string, ...filters: readonly string[]): Promise<void> =>
  runQuietly("turbo", ["run", "build", "--output-logs=errors-only", ...filters.map(name => `--filter=${name}`)], {
    cwd: root,
  });
