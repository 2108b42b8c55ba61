import Table from "cli-table3";
import type { Injected } from "./chaos.ts";
import type { ClientResult } from "./client-soak.ts";
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
    /** Rejected twice, and the second time for a token that ended while the request was in flight. */
    outlived: number;
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
  /** Describes the exchanges without a reason. */
  unexplained: readonly string[];
  injected: Injected & { kills: number; skewedClocks: number };
  /** The part of the soak that uses the client. */
  client: ClientResult;
}

/** The conditions that a soak of any length must meet. Their names are the titles of the tests. */
export const conditions: readonly (readonly [name: string, isMet: (result: SoakResult) => boolean])[] = [
  ["callers see only failures that were injected into their own request", ({ failures }) => failures.length === 0],
  ["processes never send a refresh token twice", ({ refreshReuses }) => refreshReuses === 0],
  [
    "processes make one exchange for each life of a token and for each lost token",
    ({ surplus }) => surplus.unexplained === 0,
  ],
  [
    "lists, writes and files are complete, and no process writes a secret",
    ({ client }) => client.failures.length === 0,
  ],
  [
    "writes fail only where a failure was injected",
    ({ client }) => client.failedWrites <= client.injectedWriteFailures,
  ],
  [
    "the processes with the client meet every oddity of the server and of the store",
    ({ client }) => Object.values(client.oddities).every(({ complete, error }) => complete + error > 0),
  ],
  [
    "the server sends no 429 while Redis works, unless a request was aborted",
    ({ client }) => client.rateLimited.unexplained.length === 0,
  ],
  ["all slots are released at the end", ({ client }) => client.allSlotsReleased],
  [
    "the processes with the client read, write, transfer files and wait for slots",
    ({ client }) =>
      client.kills > 0 &&
      client.queued > 0 &&
      client.listReads > 0 &&
      client.filesTransferred > 0 &&
      client.names.written > 0 &&
      client.names.unknown > 0,
  ],
  ["the soak injects every kind of fault", ({ injected }) => Object.values(injected).every(count => count > 0)],
  [
    "the soak makes enough requests, replays and exchanges to prove something",
    // Numbers that even a busy machine reaches: ten lives of each token.
    ({ requests, exchanges, identities }) =>
      requests.total > exchanges && requests.replayed > 0 && exchanges > 10 * identities,
  ],
];

export function renderResult(result: SoakResult): string {
  const { requests, surplus, injected, client } = result;
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
    ["requests rejected twice because both tokens had ended", number(requests.outlived)],
    ["other failures of requests", number(result.failures.length)],
    ["slowest request over 2 s, in ms", number(requests.slowestMs)],
    ["exchanges", number(result.exchanges)],
    [
      "  by assertion / by refresh token",
      `${number(result.renewalsByAssertion)} / ${number(result.renewalsByRefreshToken)}`,
    ],
    ["  beyond one for each life: response lost", number(surplus["response lost"])],
    ["  beyond one for each life: process killed", number(surplus["process killed"])],
    ["  beyond one for each life: Redis restarted", number(surplus["redis restarted"])],
    ["  beyond one for each life: store failed", number(surplus["store failed"])],
    ["  beyond one for each life: unexplained", number(surplus.unexplained)],
    ["refresh tokens sent twice", number(result.refreshReuses)],
    ["processes killed during an exchange", number(injected.kills)],
    ["Redis restarts", number(injected.redisRestarts)],
    ["faults injected into exchanges", number(injected.tokenFaults)],
    [
      "revocations / processes with a wrong clock",
      `${number(injected.revocations)} / ${number(injected.skewedClocks)}`,
    ],
    ["processes with the client / killed", `${number(client.processes)} / ${number(client.kills)}`],
    ["lists read / their records", `${number(client.listReads)} / ${number(client.rowsRead)}`],
    [
      "records created / failed / unknown / unsent",
      `${number(client.names.written)} / ${number(client.names.failed)} / ${number(client.names.unknown)} / ${number(client.names.unsent)}`,
    ],
    ["files uploaded and downloaded", number(client.filesTransferred)],
    [
      "failed writes / injected failures of writes",
      `${number(client.failedWrites)} / ${number(client.injectedWriteFailures)}`,
    ],
    ...Object.entries(client.oddities).map(([name, { complete, error }]) => [
      `  ${name}: read completely / ended with an error`,
      `${number(complete)} / ${number(error)}`,
    ]),
    ["requests that waited for a slot", number(client.queued)],
    [
      "429 responses after a failure of Redis or an abort / others",
      `${number(client.rateLimited.explained)} / ${number(client.rateLimited.unexplained.length)}`,
    ],
  );
  const verdicts = conditions.map(([name, isMet]) => `${isMet(result) ? "met    " : "NOT MET"}  ${name}`);
  return [
    table.toString(),
    ...verdicts,
    ...countFailures([
      ...result.failures,
      ...result.unexplained,
      ...client.failures,
      ...client.rateLimited.unexplained,
    ]),
  ].join("\n");
}

function countFailures(reasons: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} x ${reason}`);
}
