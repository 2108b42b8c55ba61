import { spawn } from "node:child_process";

export interface Outcome {
  code: number;
  /** What the program wrote to stdout and stderr, in order. */
  output: string;
}

/** Runs a program and returns its outcome, whether it fails or not. */
export function attempt(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      shell: process.platform === "win32",
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output: Buffer[] = [];
    child.stdout.on("data", chunk => output.push(chunk));
    child.stderr.on("data", chunk => output.push(chunk));
    child.on("error", reject);
    child.on("close", code => resolve({ code: code ?? 1, output: Buffer.concat(output).toString() }));
  });
}

/** Runs a program and returns its output. Throws if it fails. */
export async function run(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<string> {
  const { code, output } = await attempt(command, args, options);
  if (code !== 0) throw new Error(`${[command, ...args].join(" ")} failed with exit code ${code}:\n${output}`);
  return output;
}
