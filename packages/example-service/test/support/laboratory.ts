import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createQBenchClient, type FetchLike, type QBenchClient } from "@qbench-sdk/client";
import { type EmulatorOptions, type Fault, type RunningEmulator, startEmulator } from "@qbench-sdk/emulator";
import { expect, onTestFinished, vi } from "vitest";

export interface Laboratory {
  emulator: RunningEmulator;
  /** Connects as a new process would: without a token, and with all of its retries. */
  connect(fetch?: FetchLike): QBenchClient;
  /** A folder for files, which is removed after the test. */
  folder: string;
}

/** Starts an emulator on a port. Clients retry without waiting, because a wait is a random part of a limit. */
export async function startLaboratory(options: EmulatorOptions = {}): Promise<Laboratory> {
  const random = vi.spyOn(Math, "random").mockReturnValue(0);
  const emulator = await startEmulator(options);
  const folder = await mkdtemp(join(tmpdir(), "qbench-recipe-"));
  onTestFinished(async () => {
    random.mockRestore();
    await emulator.close();
    await rm(folder, { recursive: true });
  });
  const [apiClient] = emulator.clients.list();
  if (!apiClient) throw new Error("The emulator has no API client.");
  const settings = { baseUrl: emulator.url, clientId: apiClient.id, clientSecret: apiClient.secret };
  return {
    emulator,
    connect: fetch => createQBenchClient({ ...settings, limits: false, ...(fetch && { fetch }) }),
    folder,
  };
}

/** Sends bodies with another name of a field, so that QBench ignores it. */
export const ignoreField =
  (name: string): FetchLike =>
  async request => {
    const body = request.body ? (await request.text()).replaceAll(`"${name}":`, `"${name}_":`) : null;
    return fetch(new Request(request, { body }));
  };

/** Sends requests without filters, as if QBench ignored all of them. */
export const ignoreFilters: FetchLike = request => {
  const url = new URL(request.url);
  for (const name of [...url.searchParams.keys()]) if (!name.startsWith("page_")) url.searchParams.delete(name);
  return fetch(new Request(url, request));
};

const soon = { "Retry-After": "0" };

/** Failures that the client overcomes by itself, because QBench executed nothing or the request only reads. */
const briefFailures: readonly Fault[] = [
  { on: "token", status: 503, headers: soon, times: 2 },
  { on: "api", revokeToken: true, times: 1 },
  { on: "api", status: 429, headers: soon, times: 3 },
  { on: "api", method: "GET", status: 503, headers: soon, times: 3 },
  { on: "api", method: "GET", cut: "before", times: 3 },
  { on: "api", method: "GET", cut: "during", times: 3 },
  { on: "api", method: "GET", cut: "after", times: 3 },
];

/** Runs a recipe once during each of the brief failures, with a new client each time. Then checks what it did. */
export async function runInBriefFailures<T>(
  { emulator, connect }: Laboratory,
  run: (client: QBenchClient, index: number) => Promise<T>,
  check: (result: T, index: number) => Promise<void> | void,
): Promise<void> {
  for (const [index, fault] of briefFailures.entries()) {
    const faults = emulator.stats.faults;
    emulator.faults.add(fault);
    const result = await run(connect(), index);
    expect(emulator.stats.faults - faults, JSON.stringify(fault)).toBeGreaterThan(0);
    emulator.faults.clear();
    await check(result, index);
  }
}

/** Failures after which a program cannot know whether QBench executed a write. */
export const lostWrites: readonly Fault[] = [
  { cut: "before" },
  { cut: "during" },
  { cut: "after" },
  { malformed: true },
  { status: 503 },
];

/**
 * Runs a recipe for each kind of lost write, with a fault that `target` selects. If a run fails, runs it once more. Then
 * checks what the runs did. `wasLost` is false if the first run succeeded.
 */
export async function runAfterLostWrites<T>(
  { emulator, connect }: Laboratory,
  target: Pick<Fault, "on" | "method" | "path">,
  run: (client: QBenchClient, index: number) => Promise<T>,
  check: (result: T, index: number, wasLost: boolean) => Promise<void> | void,
): Promise<void> {
  for (const [index, fault] of lostWrites.entries()) {
    const faults = emulator.stats.faults;
    emulator.faults.add({ on: "api", ...target, ...fault, times: 1 });
    let wasLost = false;
    const result = await run(connect(), index).catch(() => {
      wasLost = true;
      return run(connect(), index);
    });
    expect(emulator.stats.faults - faults, JSON.stringify(fault)).toBe(1);
    await check(result, index, wasLost);
  }
}

/**
 * Failures of all kinds at random, which the seed of the emulator repeats. Uploads and downloads fail as well. A response
 * is never cut off as if it were complete, because only the parser of its format can see that.
 */
export const badDay: readonly Fault[] = [
  { on: "api", probability: 0.07, cut: "before" },
  { on: "api", probability: 0.07, cut: "during" },
  { on: "api", probability: 0.07, cut: "after" },
  { on: "api", probability: 0.07, status: 503, headers: soon },
  { on: "api", probability: 0.07, status: 429, headers: soon },
  { on: "api", probability: 0.07, revokeToken: true },
  { on: "token", probability: 0.1, status: 503, headers: soon },
  { on: "storage", probability: 0.05, cut: "before" },
  { on: "storage", probability: 0.05, cut: "after" },
  { on: "storage", probability: 0.05, status: 503 },
];

/** Runs a recipe again until it succeeds, with a new client each time. Returns its result. */
export async function runUntilDone<T>({ connect }: Laboratory, run: (client: QBenchClient) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(connect());
    } catch (error) {
      if (attempt === 30) throw error;
    }
  }
}
