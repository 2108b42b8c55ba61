import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Usage {
  /** The time from the start of the process to its end. */
  readonly wallMs: number;
  /** The time that the process used a processor, in all of its threads. */
  readonly cpuMs: number;
  readonly peakBytes: number;
  readonly stdout: string;
}

const preloaded = fileURLToPath(new URL("report-usage.cjs", import.meta.url));

interface RunOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
}

/** Runs a program in a new process of Node and measures the process. Throws if the program fails. */
export function runNode(args: readonly string[], { env, cwd }: RunOptions = {}): Usage {
  const begin = performance.now();
  const { status, output, error } = spawnSync(
    process.execPath,
    [...process.execArgv, "--require", preloaded, ...args],
    {
      env: { ...process.env, ...env },
      cwd,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      encoding: "utf8",
    },
  );
  const wallMs = performance.now() - begin;
  const [, stdout = "", stderr = "", usage = ""] = (output ?? []).map(text => text ?? "");
  if (error || status !== 0) throw new Error(`node ${args.join(" ")} failed:\n${error ?? stderr}`);
  const { cpuMs, peakBytes }: Omit<Usage, "wallMs" | "stdout"> = JSON.parse(usage);
  return { wallMs, cpuMs, peakBytes, stdout };
}
