import { type Child, startChild } from "../measure/child.ts";
import type { Settings } from "../servers/servers.ts";

/** The time of one call in a series of calls. */
export interface Turn {
  /** The median. Pauses for garbage collection are outliers, so they do not count here. */
  readonly ms: number;
  /** The processor time of the whole series, with garbage collection, divided by the number of calls. */
  readonly cpuMs: number;
}

/** A library in its own process, so that its compiled code and its garbage are its own. */
export interface Caller {
  /** Makes calls one after the other. */
  takeTurn(calls: number): Promise<Turn>;
  stop(): void;
}

/**
 * Starts a process that makes calls with one library.
 *
 * @param module the module with the library, which exports `callers`
 * @param method the member of that caller
 */
export async function startCaller(
  module: "requests.ts" | "other-requests.ts" | "lists.ts",
  name: string,
  method: string,
  settings: Settings,
): Promise<Caller> {
  const file = new URL(module, import.meta.url).href;
  const child: Child<string, Turn> = await startChild(new URL("caller-process.ts", import.meta.url), [
    ...[file, name, method],
    JSON.stringify(settings),
  ]);
  return { takeTurn: calls => child.ask(calls), stop: child.stop };
}

/** Compilers improve code for a while. A caller is warm when no turn of this many was faster. */
const TURNS_WITHOUT_IMPROVEMENT = 6;
const IMPROVEMENT = 0.98;

/** Lets callers take turns until none of them becomes faster. */
export async function warmUp(callers: readonly Caller[], calls: number): Promise<void> {
  const fastest = new Map<Caller, number>();
  for (let turns = 0; turns < TURNS_WITHOUT_IMPROVEMENT; turns++) {
    for (const caller of callers) {
      const { ms } = await caller.takeTurn(calls);
      if (ms > (fastest.get(caller) ?? Number.POSITIVE_INFINITY) * IMPROVEMENT) continue;
      fastest.set(caller, ms);
      turns = 0;
    }
  }
}
