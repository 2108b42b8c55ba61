import Table from "cli-table3";
import type { Injected } from "./chaos.ts";
import type { SurplusReason } from "./exchange-log.ts";

export interface SoakResult {
  seconds: number;
  processes: number;
  identities: number;
  /** API requests. */
  requests: {
    total: number;
    /** Rejected for their token and replayed with another one. */
    replayed: number;
    injectedErrors: number;
    injectedCuts: number;
    /** The duration of the slowest request, or 0 if none took over two seconds. */
    slowestMs: number;
  };
  /** The failures that callers saw and that were not injected into their request. */
  failures: readonly string[];
  exchanges: number;
  renewalsByAssertion: number;
  renewalsByRefreshToken: number;
  /** Refresh tokens that were sent a second time. */
  refreshReuses: number;
  /** Exchanges for an identity whose last token was not due for renewal, counted by the reason. */
  surplus: Readonly<Record<SurplusReason, number>>;
  injected: Injected & { kills: number; skewedClocks: number };
}

/** The conditions that a soak of any length must meet. Their names are the titles of the tests. */
export const conditions: readonly (readonly [name: string, isMet: (result: SoakResult) => boolean])[] = [
  ["callers see only failures that were injected into their own request", ({ failures }) => failures.length === 0],
  ["processes never send a refresh token twice", ({ refreshReuses }) => refreshReuses === 0],
  [
    "processes make one exchange for each life of a token and for each lost token",
    ({ surplus }) => surplus.unexplained === 0,
  ],
  ["the soak injects every kind of fault", ({ injected }) => Object.values(injected).every(count => count > 0)],
  [
    "the soak makes enough requests, replays and exchanges to prove something",
    ({ requests, exchanges, seconds }) =>
      requests.total > 100 * seconds && requests.replayed > 0 && exchanges > 2 * seconds,
  ],
];

export function renderResult(result: SoakResult): string {
  const { requests, surplus, injected } = result;
  const table = new Table({ style: { head: [], border: [] }, colAligns: ["left", "right"] });
  const number = (value: number) => Math.round(value).toLocaleString("en");
  table.push(
    ["seconds", number(result.seconds)],
    ["concurrent processes / API clients", `${result.processes} / ${result.identities}`],
    ["requests", number(requests.total)],
    ["requests replayed with another token", number(requests.replayed)],
    [
      "failures injected into requests (errors / cuts)",
      `${number(requests.injectedErrors)} / ${number(requests.injectedCuts)}`,
    ],
    ["other failures of requests", number(result.failures.length)],
    ["slowest request over 2 s, in ms", number(requests.slowestMs)],
    ["exchanges", number(result.exchanges)],
    [
      "  by assertion / by refresh token",
      `${number(result.renewalsByAssertion)} / ${number(result.renewalsByRefreshToken)}`,
    ],
    ["  beyond one for each life: response lost", number(surplus["response lost"])],
    ["  beyond one for each life: process killed", number(surplus["process killed"])],
    ["  beyond one for each life: Redis down", number(surplus["redis down"])],
    ["  beyond one for each life: unexplained", number(surplus.unexplained)],
    ["refresh tokens sent twice", number(result.refreshReuses)],
    ["processes killed during an exchange", number(injected.kills)],
    ["Redis restarts", number(injected.redisRestarts)],
    ["faults injected into exchanges", number(injected.tokenFaults)],
    [
      "revocations / processes with a wrong clock",
      `${number(injected.revocations)} / ${number(injected.skewedClocks)}`,
    ],
  );
  const verdicts = conditions.map(([name, isMet]) => `${isMet(result) ? "met    " : "NOT MET"}  ${name}`);
  return [table.toString(), ...verdicts, ...countFailures(result.failures)].join("\n");
}

function countFailures(reasons: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} x ${reason}`);
}
