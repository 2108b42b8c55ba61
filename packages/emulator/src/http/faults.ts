import type { Random } from "../records/random.js";
import type { Stats } from "./stats.js";

export type CallKind = "token" | "refresh" | "api" | "docs" | "storage";

/** One thing that goes wrong. Several effects may be named together; those of all faults that match are joined. */
export interface Fault {
  /** Which calls; default all. */
  on?: CallKind | readonly CallKind[];
  method?: string;
  /** The beginning of the path. */
  path?: string;
  /** How many calls it meets before it is over; default without end. */
  times?: number;
  /** The part of matching calls it meets, 0 to 1, decided by the emulator's seed; default 1. */
  probability?: number;
  /** The answer waits so long, in milliseconds. */
  latencyMs?: number;
  /** The call is not carried out and answered with this status. */
  status?: number;
  headers?: Record<string, string>;
  /** The body to that status; default an error envelope. */
  body?: string | Record<string, unknown>;
  /**
   * The socket is cut: "before" the call is carried out, "after" it with nothing of the answer sent, or "during" the
   * answer's body. Without a socket, fetch fails, or the body does.
   */
  cut?: "before" | "during" | "after";
  /** The call is carried out, and the answer's JSON breaks off in the middle. */
  malformed?: boolean;
  /** The access token of the call is revoked first, so that it meets the answer to a dead token. */
  revokeToken?: boolean;
  /** The server's clock is so far ahead, in milliseconds (negative: behind): its `Date` and its judgement of assertions. */
  skewMs?: number;
  /** The answer is a redirect there. */
  redirect?: string;
  /** The redirect's status; default 302. */
  redirectStatus?: 301 | 302 | 303 | 307 | 308;
}

export interface Faults {
  /** Switches a fault on; call what it gives back to switch it off. */
  add(fault: Fault): () => void;
  clear(): void;
}

/** The side of the switchboard that the emulator itself uses. */
export interface FaultSource extends Faults {
  /** The joined effects for one call; undefined when no fault meets it. */
  meet(call: { kind: CallKind; method: string; path: string }): Fault | undefined;
}

export function createFaults(initial: readonly Fault[], random: Random, stats: Stats): FaultSource {
  const active = new Set<{ fault: Fault; left: number }>();
  const add = (fault: Fault): (() => void) => {
    const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
    active.add(entry);
    return () => active.delete(entry);
  };
  for (const fault of initial) add(fault);

  return {
    add,
    clear: () => active.clear(),
    meet({ kind, method, path }) {
      let joined: Fault | undefined;
      for (const entry of active) {
        const { fault } = entry;
        if (fault.on !== undefined && ![fault.on].flat().includes(kind)) continue;
        if (fault.method !== undefined && fault.method.toUpperCase() !== method) continue;
        if (fault.path !== undefined && !path.startsWith(fault.path)) continue;
        if (fault.probability !== undefined && random.integer(0, 999_999) >= fault.probability * 1_000_000) continue;
        entry.left--;
        if (entry.left <= 0) active.delete(entry);
        joined = { ...joined, ...fault };
      }
      if (joined) stats.faults++;
      return joined;
    },
  };
}
