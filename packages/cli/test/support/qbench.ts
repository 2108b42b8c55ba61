import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type EmulatorOptions, type RunningEmulator, startEmulator } from "@qbench-sdk/emulator";
import { expect, onTestFinished } from "vitest";

/** The built command, as it is published. The task `test` depends on `build`. */
export const command: string = join(import.meta.dirname, "../../dist/command.js");

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Qbench {
  emulator: RunningEmulator;
  /** The working directory, empty at first. */
  folder: string;
  /** The folder for the user's state. */
  state: string;
  settings: { QBENCH_URL: string; QBENCH_CLIENT_ID: string; QBENCH_CLIENT_SECRET: string };
  /** Runs `qbench` to its end. Variables in `env` that are empty are not set. `input` is its stdin. */
  run(args: readonly string[], env?: Record<string, string>, input?: string): Promise<Outcome>;
  start(args: readonly string[], env?: Record<string, string>): ChildProcessWithoutNullStreams;
}

/** Starts an emulator, and returns functions that run `qbench` with its settings in the environment. */
export async function startQbench(options: EmulatorOptions = {}): Promise<Qbench> {
  const emulator = await startEmulator({ limits: { requests: 100_000 }, ...options });
  const folder = await mkdtemp(join(tmpdir(), "qbench-"));
  onTestFinished(async () => {
    await emulator.close();
    await rm(folder, { recursive: true });
  });
  const [apiClient] = emulator.clients.list();
  const settings = {
    QBENCH_URL: emulator.url,
    QBENCH_CLIENT_ID: apiClient?.id ?? "",
    QBENCH_CLIENT_SECRET: apiClient?.secret ?? "",
  };
  const state = join(folder, "state");

  const start: Qbench["start"] = (args, env = {}) => {
    // NODE_OPTIONS selects the resources of the built-in document (vitest.config.ts).
    const { PATH, HOME, NODE_OPTIONS } = process.env;
    const variables = { PATH, HOME, NODE_OPTIONS, XDG_STATE_HOME: state, ...settings, ...env };
    const child = spawn(process.execPath, [command, ...args], {
      cwd: folder,
      env: Object.fromEntries(Object.entries(variables).filter(([, value]) => value)),
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  };

  const run: Qbench["run"] = async (args, env, input = "") => {
    const child = start(args, env);
    // The command can end before it reads its input.
    child.stdin.on("error", () => {}).end(input);
    const outcome = await outcomeOf(child);
    expect(outcome.stdout + outcome.stderr).not.toContain(settings.QBENCH_CLIENT_SECRET);
    return outcome;
  };
  return { emulator, folder, state, settings, run, start };
}

/** Waits for the end of a command, and returns its exit code and the rest of its output. */
export async function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  const [[code], stdout, stderr] = await Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

/** Parses the records in lines of JSON. Throws if a line is incomplete. */
export const rowsOf = (ndjson: string): Record<string, unknown>[] =>
  ndjson
    .split("\n")
    .slice(0, -1)
    .map(line => JSON.parse(line));

/** Starts a server whose lists all have these pages. Each record is the first one. Token requests go to the emulator. */
export const startPages = (emulator: RunningEmulator, pages: readonly object[][]): Promise<string> =>
  startApi(emulator, ({ url }) => {
    if (/\/\d+$/.test(url.pathname)) return Response.json({ data: pages[0]?.[0] });
    const page = Number(url.searchParams.get("page_num") ?? 1);
    return Response.json({
      data: pages[page - 1] ?? [],
      page_number: page,
      total_count: pages.flat().length,
      total_pages: pages.length,
    });
  });

/** A request that a server of a test received. */
export interface ReceivedRequest {
  method: string;
  url: URL;
  body: string;
}

/** Starts a server that responds to API requests by a function. Token requests go to the emulator. */
export async function startApi(
  emulator: RunningEmulator,
  respond: (request: ReceivedRequest) => Response,
): Promise<string> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", emulator.url);
    const body = await text(request);
    const reply: Response = url.pathname.includes("/auth/")
      ? await fetch(url, { method: "POST", headers: { "content-type": formType }, body })
      : respond({ method: request.method ?? "", url, body });
    response.writeHead(reply.status, Object.fromEntries(reply.headers)).end(Buffer.from(await reply.arrayBuffer()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : address}`;
}

const formType = "application/x-www-form-urlencoded";
