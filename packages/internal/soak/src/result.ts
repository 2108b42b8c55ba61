import Table from "cli-table3";
import type { Injected } from "./chaos.ts";
import type { Surplus } from "./exchange-log.ts";

export interface SoakResult {
  seconds: number;
  processes: number;
  identities: number;
  calls: {
    made: number;
    /** Refused for their token, and sent again with another. */
    repeated: number;
    injectedErrors: number;
    injectedCuts: number;
    /** The longest time that a call took, of those over two seconds. */
    slowestMs: number;
  };
  /** What callers were told that nobody had injected into their call. */
  failures: readonly string[];
  exchanges: number;
  renewalsByAssertion: number;
  renewalsByRefreshToken: number;
  /** Refresh tokens that were sent a second time. */
  refreshReuses: number;
  /** Exchanges for an identity whose last token was not due, by what had become of that. */
  surplus: Readonly<Record<Surplus, number>>;
  injected: Injected & { kills: number; skewedClocks: number };
}

/** What must be true of a soak of any length. */
export const demands: readonly (readonly [name: string, isMet: (result: SoakResult) => boolean])[] = [
  ["no failure seen by a caller that was not injected into the call itself", ({ failures }) => failures.length === 0],
  ["no refresh token used twice", ({ refreshReuses }) => refreshReuses === 0],
  ["one exchange for each life of a token, and for each that was lost", ({ surplus }) => surplus.unexplained === 0],
  ["everything was injected", ({ injected }) => Object.values(injected).every(count => count > 0)],
  [
    "there was something to see",
    ({ calls, exchanges, seconds }) => calls.made > 100 * seconds && calls.repeated > 0 && exchanges > 2 * seconds,
  ],
];

export function renderResult(result: SoakResult): string {
  const { calls, surplus, injected } = result;
  const table = new Table({ style: { head: [], border: [] }, colAligns: ["left", "right"] });
  const number = (value: number) => Math.round(value).toLocaleString("en");
  table.push(
    ["seconds", number(result.seconds)],
    ["processes at once / API clients", `${result.processes} / ${result.identities}`],
    ["calls", number(calls.made)],
    ["calls repeated with another token", number(calls.repeated)],
    [
      "calls that failed as injected (errors / cuts)",
      `${number(calls.injectedErrors)} / ${number(calls.injectedCuts)}`,
    ],
    ["calls that failed otherwise", number(result.failures.length)],
    ["longest call over 2 s, ms", number(calls.slowestMs)],
    ["exchanges", number(result.exchanges)],
    [
      "  by assertion / by refresh token",
      `${number(result.renewalsByAssertion)} / ${number(result.renewalsByRefreshToken)}`,
    ],
    ["  beyond one for each life: answer lost", number(surplus["answer lost"])],
    ["  beyond one for each life: process killed", number(surplus["process killed"])],
    ["  beyond one for each life: Redis down", number(surplus["redis down"])],
    ["  beyond one for each life: unexplained", number(surplus.unexplained)],
    ["refresh tokens used twice", number(result.refreshReuses)],
    ["processes killed in an exchange", number(injected.kills)],
    ["Redis restarts", number(injected.redisRestarts)],
    ["faults in exchanges", number(injected.tokenFaults)],
    [
      "revocations / processes with a wrong clock",
      `${number(injected.revocations)} / ${number(injected.skewedClocks)}`,
    ],
  );
  const verdicts = demands.map(([name, isMet]) => `${isMet(result) ? "met    " : "NOT MET"}  ${name}`);
  return [table.toString(), ...verdicts, ...countEach(result.failures)].join("\n");
}

function countEach(reasons: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} x ${reason}`);
}
