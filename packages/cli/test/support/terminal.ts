import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, vi } from "vitest";

/** A shell in a terminal of a fixed size. */
export interface Terminal {
  /** Returns the lines on the screen. A line that is longer than the screen is one line. */
  screen(): Promise<string>;
  /** Types a text, and waits until the screen shows it. */
  type(text: string): Promise<void>;
  /** Presses keys by the names of tmux, such as `Enter`, `Tab` or `C-c`. */
  press(...keys: string[]): Promise<void>;
  /** Waits until the screen contains a text, and returns the screen. */
  waitFor(text: string | RegExp): Promise<string>;
  /** Types a command line and presses Enter. */
  start(line: string): Promise<void>;
  /** Waits for the end of the command. Returns its exit code and the screen. */
  finished(): Promise<{ code: number; screen: string }>;
  /** Runs a command line to its end, on an empty screen. */
  run(line: string): Promise<{ code: number; screen: string }>;
}

export interface TerminalOptions {
  shell?: keyof typeof shells;
  cwd: string;
  env: NodeJS.Dict<string>;
  columns?: number;
}

/** The arguments of shells that read no files of the user and show the last exit code in the prompt. */
const shells = {
  bash: ["bash", "--noprofile", "--norc"],
  zsh: ["zsh", "--no-rcs"],
  fish: ["fish", "--no-config", "--init-command", "function fish_prompt; printf '[%s] $ ' $status; end"],
};
const prompts = { bash: "[$?] $ ", zsh: "[%?] $ ", fish: "" };

/** Patience with a busy machine. A test that waits for the right thing never needs it. */
const timeout = 100_000;

/** Starts a shell in a tmux server of its own, which ends with the test. */
export async function openTerminal({ shell = "bash", cwd, env, columns = 100 }: TerminalOptions): Promise<Terminal> {
  const folder = await mkdtemp(join(tmpdir(), "tmux-"));
  const socket = ["-u", "-S", join(folder, "socket"), "-f", "/dev/null"];
  const variables = { LANG: "C.UTF-8", SHELL: "/bin/sh", HOME: folder, ...env, PS1: prompts[shell] };
  const tmux = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)("tmux", [...socket, ...args], { cwd, env: variables });
    return stdout;
  };
  // The session ends with its only client, which ends with its stdin. So it does not outlive tests that are killed.
  const session = ["-C", "new-session", "-x", String(columns), "-y", "40", ...shells[shell]];
  const options = ["status off", "window-size manual", "destroy-unattached on"].flatMap(option => [
    ...[";", "set", "-g"],
    ...option.split(" "),
  ]);
  const client = spawn("tmux", [...socket, ...session, ...options], {
    cwd,
    env: variables,
    stdio: ["pipe", "ignore", "ignore"],
  });
  onTestFinished(async () => {
    client.stdin.end();
    if (client.exitCode === null) await once(client, "exit");
    await rm(folder, { recursive: true, maxRetries: 10 });
  });

  const screen: Terminal["screen"] = async () => (await tmux("capture-pane", "-p", "-J")).replace(/\n+$/, "");
  const press: Terminal["press"] = async (...keys) => void (await tmux("send-keys", ...keys));
  const waitFor: Terminal["waitFor"] = text =>
    vi.waitFor(
      async () => {
        const shown = await screen();
        expect(shown).toMatch(text);
        return shown;
      },
      { timeout, interval: 50 },
    );
  const type: Terminal["type"] = async text => {
    await tmux("send-keys", "-l", "--", text);
    await waitFor(text);
  };
  // The typed line is on the screen before Enter, so that this cannot find the prompt before it.
  const prompt = /(?:^|\n)\[(\d+)\] \$\s*$/;
  const finished: Terminal["finished"] = async () => {
    const shown = await waitFor(prompt);
    return { code: Number(prompt.exec(shown)?.[1]), screen: shown };
  };
  const start: Terminal["start"] = async line => {
    await type(line);
    await press("Enter");
  };
  await waitFor(prompt);
  return {
    ...{ screen, type, press, waitFor, start, finished },
    async run(line) {
      await press("C-l");
      await waitFor(/^\[\d+\] \$\s*$/);
      await start(line);
      return finished();
    },
  };
}
