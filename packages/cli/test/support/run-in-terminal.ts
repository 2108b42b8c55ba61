import { spawn, spawnSync } from "node:child_process";
import { command, outcomeOf, type Qbench } from "./qbench.ts";

/** `script` of util-linux runs a command in a terminal. That of BSD takes other arguments. */
export const hasScript: boolean = spawnSync("script", ["--version"]).stdout?.toString().includes("util-linux") ?? false;

/**
 * Runs `qbench` with the rest of a command line of `sh` in a terminal, and returns all that was written to the terminal.
 * Unlike `openTerminal`, it shows the output as it was sent, with its control characters. By default, the width is unknown.
 */
export async function runInTerminal(
  { settings, folder, state }: Pick<Qbench, "settings" | "folder" | "state">,
  line: string,
  { url = settings.QBENCH_URL, columns = 0 }: { url?: string; columns?: number } = {},
): Promise<{ code: number | null; screen: string }> {
  const shell = `stty cols ${columns}; '${process.execPath}' '${command}' ${line}`;
  // NODE_OPTIONS selects the built-in document.
  const { PATH, NODE_OPTIONS } = process.env;
  const child = spawn("script", ["--quiet", "--return", "--command", shell, "/dev/null"], {
    cwd: folder,
    env: { PATH, NODE_OPTIONS, XDG_STATE_HOME: state, ...settings, QBENCH_URL: url },
  });
  const { code, stdout } = await outcomeOf(child);
  return { code, screen: stdout.replaceAll("\r\n", "\n") };
}
