import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { run } from "../../src/run.ts";

/**
 * Runs a wrong command line in this process, which takes a tenth of the time of another process. Returns its exit code
 * and what it wrote to stderr. Fails if it writes to stdout or sends a request.
 */
export async function rejectionOf(args: readonly string[]): Promise<{ code: number; stderr: string }> {
  const fetch = vi.fn();
  vi.stubGlobal("fetch", fetch);
  const settings = { QBENCH_URL: "https://lab.example", QBENCH_CLIENT_ID: "made-up", QBENCH_CLIENT_SECRET: "made-up" };
  const variables = { ...settings, XDG_STATE_HOME: join(tmpdir(), "no-such-folder") };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  });
  try {
    const code = await run(args, new AbortController().signal);
    expect([fetch.mock.calls, stdout.mock.calls]).toEqual([[], []]);
    return { code, stderr: stderr.mock.calls.map(([chunk]) => chunk).join("") };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}
