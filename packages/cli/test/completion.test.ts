import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isInstalled } from "./support/installed.ts";
import { createPrograms } from "./support/programs.ts";
import { startQbench } from "./support/qbench.ts";
import { openTerminal, type Terminal, type TerminalOptions } from "./support/terminal.ts";

/** The commands that add completion to each shell, as the README shows them. */
const setups = {
  bash: "source <(qbench completion bash)",
  zsh: "autoload -U compinit; compinit -D; source <(qbench completion zsh)",
  fish: "qbench completion fish | source",
};
const shells = Object.keys(setups) as (keyof typeof setups)[];

async function openShell(shell: NonNullable<TerminalOptions["shell"]>) {
  const qbench = await startQbench();
  const { folder, state, settings } = qbench;
  const env = { ...(await createPrograms(folder)), XDG_STATE_HOME: state, ...settings };
  const terminal = await openTerminal({ shell, cwd: folder, env, columns: 160 });
  await terminal.run(setups[shell]);
  await terminal.press("C-l");
  return { ...qbench, terminal };
}

async function complete(terminal: Terminal, text: string, expected: RegExp): Promise<string> {
  await terminal.type(text);
  await terminal.press("Tab");
  return terminal.waitFor(expected);
}

describe.runIf(isInstalled("tmux"))("Completion in a terminal", () => {
  it.each(shells.filter(isInstalled))("completes a whole command line in %s, which then runs", async shell => {
    const { terminal, emulator } = await openShell(shell);
    await complete(terminal, "qbench exp", /qbench export /);
    await complete(terminal, "ord", /qbench export orders /);
    await complete(terminal, "--fi", /orders --filter /);
    await complete(terminal, "sort_or", /--filter sort_order=/);
    await complete(terminal, "D", /sort_order=DESC /);
    await complete(terminal, "--form", /DESC --format /);
    await complete(terminal, "nd", /--format ndjson /);
    await complete(terminal, "--col", /ndjson --columns /);
    await complete(terminal, "id,custom_f", /id,custom_formatted_id/);
    expect(emulator.stats.requests).toBe(0);
    await terminal.press("Enter");
    const { code, screen } = await terminal.finished();
    expect(code).toBe(0);
    expect(screen).toMatch(/\{"id":\d+,"custom_formatted_id":/);
  });

  it.each(shells.filter(isInstalled))("completes the path of a record and its lists in %s", async shell => {
    const { terminal } = await openShell(shell);
    await complete(terminal, "qbench get ord", /get orders/);
    await complete(terminal, "/1/sam", /orders\/1\/samples /);
  });

  it.each(shells.filter(isInstalled))("completes inside of an open quote in %s", async shell => {
    const { terminal } = await openShell(shell);
    await complete(terminal, "qbench export orders -f 'sort_order=D", /'sort_order=DESC'/);
  });

  it.each(shells.filter(isInstalled))("completes the names of files in %s", async shell => {
    const { terminal, folder } = await openShell(shell);
    await writeFile(join(folder, "staging.env"), "");
    await complete(terminal, "qbench whoami --env-file stag", /--env-file staging.env /);
    await terminal.press("C-u");
    await complete(terminal, "qbench whoami --env-file=stag", /--env-file=staging.env /);
  });

  it.each(shells.filter(isInstalled))("leaves a line that has no completion as it is in %s", async shell => {
    const { terminal } = await openShell(shell);
    await terminal.type("qbench export nonsense --filter a");
    await terminal.press("Tab");
    await terminal.type("b");
    await terminal.press("Enter");
    const { code, screen } = await terminal.finished();
    expect([code, screen]).toEqual([2, expect.stringMatching(/--filter ab\nqbench: Unknown list "nonsense"/)]);
  });
});
