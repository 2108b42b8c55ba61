import {
  aBoolean,
  aNumber,
  checkList,
  checkMembers,
  isObject,
  type MemberRule,
  numberFrom,
  oneOf,
  text,
  wholeNumberFrom,
} from "../options/check-members.js";
import type { Random } from "../records/random.js";
import type { Stats } from "./stats.js";

/**
 * The kind of a request: `token` and `refresh` for the token endpoints, `docs` for the docs pages and the login page,
 * `storage` for presigned URLs, and `api` for everything else.
 */
export type CallKind = "token" | "refresh" | "api" | "docs" | "storage";

/**
 * A failure to inject. `on`, `method`, `path`, `times` and `probability` select requests; the other members are the
 * effects. A request that matches several faults gets the effects of all. If two set the same effect, the later one
 * wins.
 *
 * @example
 * ```ts
 * // Two token requests fail; then one request in ten for orders breaks off in the response body.
 * emulator.faults.add({ on: "token", status: 503, times: 2 });
 * emulator.faults.add({ on: "api", path: "/qbench/api/v2/orders", cut: "during", probability: 0.1 });
 * ```
 */
export interface Fault {
  /** The kinds of requests. Default: all. */
  on?: CallKind | readonly CallKind[];
  /** The HTTP method, in any case. Default: all. */
  method?: string;
  /** The start of the path. Default: all paths. */
  path?: string;
  /** The fault ends after this number of matching requests. Default: it does not end. */
  times?: number;
  /** The share of requests that match, from 0 to 1. The emulator's `seed` makes the choice repeatable. Default: 1. */
  probability?: number;
  /** Delays the response by this many milliseconds. */
  latencyMs?: number;
  /** Responds with this status. The request has no other effect. */
  status?: number;
  /** Adds these headers to the response. */
  headers?: Record<string, string>;
  /** The body that goes with `status`. Default: an error envelope with the type `InjectedFault`. */
  body?: string | Record<string, unknown>;
  /**
   * Closes the connection: `before` the request takes effect, `after` it but before the response, or `during` the
   * response body. A response without a body is cut as by `after`. Without a socket, `fetch` rejects, or reading the
   * body does.
   */
  cut?: "before" | "during" | "after";
  /** Sends only the first half of the response body, as if it were complete. The request takes effect. */
  malformed?: boolean;
  /** Revokes the access token of the request first, so that the request is rejected for it. */
  revokeToken?: boolean;
  /**
   * Sets the server's clock ahead by this many milliseconds, or back if negative. The `Date` header and all checks of
   * times follow it.
   */
  skewMs?: number;
  /** Redirects to this URL. The request has no other effect. */
  redirect?: string;
  /** The status of the redirect. Default: 302. */
  redirectStatus?: 301 | 302 | 303 | 307 | 308;
}

const kinds: readonly CallKind[] = ["token", "refresh", "api", "docs", "storage"];

const isTextRecord = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every(entry => typeof entry === "string");

const rules: Readonly<Record<keyof Fault, MemberRule>> = {
  on: {
    expected: `one or more of ${kinds.map(kind => `"${kind}"`).join(", ")}`,
    isValid: value => [value].flat().length > 0 && [value].flat().every(kind => oneOf(kinds).isValid(kind)),
  },
  method: text,
  path: {
    expected: 'a path that starts with "/"',
    isValid: value => typeof value === "string" && value.startsWith("/"),
  },
  times: wholeNumberFrom(1),
  probability: numberFrom(0, 1),
  latencyMs: numberFrom(0),
  status: wholeNumberFrom(200, 599),
  headers: { expected: "an object with texts", isValid: isTextRecord },
  body: { expected: "a text or an object", isValid: value => typeof value === "string" || isObject(value) },
  cut: oneOf(["before", "during", "after"]),
  malformed: aBoolean,
  revokeToken: aBoolean,
  skewMs: aNumber,
  redirect: { expected: "a URL", isValid: value => typeof value === "string" && value !== "" },
  redirectStatus: oneOf([301, 302, 303, 307, 308]),
};

/** The faults that are active. */
export interface Faults {
  /**
   * Activates a fault and returns a function that removes it.
   *
   * @throws Error if a member of the fault is unknown or invalid
   *
   * @example
   * ```ts
   * const remove = emulator.faults.add({ on: "api", status: 503 });
   * await expect(receiveOrder(client, 7)).rejects.toThrow(QBenchApiError);
   * remove();
   * ```
   */
  add(fault: Fault): () => void;
  /** Removes all faults. */
  clear(): void;
}

/** The faults as the emulator itself sees them. */
export interface FaultSource extends Faults {
  /** Returns the joined effects on a request, or undefined if no fault matches. Counts the match. */
  match(request: { kind: CallKind; method: string; path: string }): Fault | undefined;
}

export function createFaults(initial: readonly Fault[], random: Random, stats: Stats): FaultSource {
  const active = new Set<{ fault: Fault; left: number }>();
  const addFrom = (place: string, fault: Fault): (() => void) => {
    checkMembers("faults", place, fault, rules);
    const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
    active.add(entry);
    return () => active.delete(entry);
  };
  checkList("faults", initial);
  initial.forEach((fault, index) => {
    addFrom(`faults[${index}]`, fault);
  });

  return {
    add: fault => addFrom("fault", fault),
    clear: () => active.clear(),
    match({ kind, method, path }) {
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
