import { type Caller, startCaller, type Turn, warmUp } from "../callers/caller.ts";
import type { callers as otherCallers } from "../callers/other-requests.ts";
import type { callers } from "../callers/requests.ts";
import { NO_NETWORK } from "../callers/stub-fetch.ts";
import { ratios } from "../measure/measure-in-turns.ts";
import { asMicroseconds, asRatio, atMost, measured, type Row } from "../results/row.ts";
import { startTenant } from "../servers/servers.ts";
import type { GroupOptions } from "./group.ts";

type Name = keyof typeof callers;
type OtherName = keyof typeof otherCallers;

interface Setting {
  readonly title: string;
  readonly baseUrl: string;
  /** Calls of one turn, which then takes about 30 ms. */
  readonly calls: number;
}

/** Each run starts new processes, because the same code can be compiled to be faster or slower for all of its life. */
const RUNS = 3;

/** Measures the time of one request in a series of requests, relative to the bare library. */
export async function benchRequests({ rounds = 30 }: GroupOptions): Promise<Row[]> {
  const tenant = await startTenant();
  const loopback = { title: "over loopback", baseUrl: tenant.url, calls: 100 };
  const noNetwork = { title: "without a network", baseUrl: NO_NETWORK, calls: 1000 };
  try {
    return [
      ...(await compareClient(loopback, rounds, { client: 1.1, auth: 1.04 })),
      ...(await compareClient(noNetwork, rounds, { client: 1.35, auth: 1.06 })),
      ...(await comparePosts(noNetwork, rounds)),
      ...(await compareOthers(loopback, rounds)),
      ...(await compareOthers(noNetwork, rounds)),
    ];
  } finally {
    tenant.close();
  }
}

async function compareClient(setting: Setting, rounds: number, limits: { client: number; auth: number }) {
  // What is compared takes its turns one after the other.
  const names = ["openapi-fetch", "openapi-fetch", "client", "staticMiddleware", "authMiddleware"] as const;
  const [bareAgain = [], bare = [], client = [], staticMiddleware = [], auth = []] = await takeTurns(
    "requests.ts",
    names,
    "get",
    setting,
    rounds,
    RUNS,
  );
  const what = `${setting.title}:`;
  return [
    atMost(`${what} client.GET / openapi-fetch + static header`, ratiosOf("ms", client, bare), asRatio, limits.client),
    atMost(
      `${what} auth middleware / middleware that sets a static header`,
      ratiosOf("ms", auth, staticMiddleware),
      asRatio,
      limits.auth,
    ),
    measured(`${what} noise: openapi-fetch + static header / itself`, ratiosOf("ms", bareAgain, bare), asRatio),
    measured(
      `${what} client.GET / openapi-fetch, CPU with garbage collection`,
      ratiosOf("cpuMs", client, bare),
      asRatio,
    ),
    measured(`${what} openapi-fetch + static header`, timesOf(bare), asMicroseconds),
    measured(`${what} client.GET`, timesOf(client), asMicroseconds),
  ];
}

async function comparePosts(setting: Setting, rounds: number): Promise<Row[]> {
  const names = ["openapi-fetch", "client", "staticMiddleware", "authMiddleware"] as const;
  const [bare = [], client = [], staticMiddleware = [], auth = []] = await takeTurns(
    "requests.ts",
    names,
    "post",
    setting,
    rounds,
  );
  const what = `${setting.title}, POST of JSON:`;
  return [
    measured(`${what} client.POST / openapi-fetch + static header`, ratiosOf("ms", client, bare), asRatio),
    measured(
      `${what} auth middleware / middleware that sets a static header`,
      ratiosOf("ms", auth, staticMiddleware),
      asRatio,
    ),
  ];
}

/** Pairs of other libraries, and what each is compared with. */
const others: readonly [name: OtherName, peer: OtherName][] = [
  ["@hey-api/client-fetch", "openapi-fetch"],
  ["ky", "openapi-fetch"],
  ["axios", "openapi-fetch"],
  ["@badgateway/oauth2-client", "openapi-fetch"],
  ["axios-auth-refresh", "axios"],
  ["@octokit/auth-app", "@octokit/request"],
];

async function compareOthers(setting: Setting, rounds: number): Promise<Row[]> {
  const names = [...new Set(others.flat())];
  const turns = await takeTurns("other-requests.ts", names, "get", setting, Math.ceil(rounds / 2));
  const of = (name: OtherName) => turns[names.indexOf(name)] ?? [];
  return others.map(([name, peer]) =>
    measured(`${setting.title}: ${name} / ${peer}`, ratiosOf("ms", of(name), of(peer)), asRatio),
  );
}

/** Lets callers take turns, and returns the turns of each. */
async function takeTurns(
  module: "requests.ts" | "other-requests.ts",
  names: readonly (Name | OtherName)[],
  method: "get" | "post",
  { baseUrl, calls }: Setting,
  rounds: number,
  runs = 1,
): Promise<Turn[][]> {
  const turns: Turn[][] = names.map(() => []);
  for (let run = 0; run < runs; run++) {
    const settings = { baseUrl, clientId: "client", clientSecret: "x".repeat(64) };
    const callers: Caller[] = [];
    try {
      for (const name of names) callers.push(await startCaller(module, name, method, settings));
      await warmUp(callers, calls);
      for (let round = 0; round < rounds; round++) {
        const order = [...callers.entries()];
        // A turn may be affected by the one before it.
        for (const [index, caller] of round % 2 === 0 ? order : order.toReversed()) {
          turns[index]?.push(await caller.takeTurn(calls));
        }
      }
    } finally {
      for (const caller of callers) caller.stop();
    }
  }
  return turns;
}

const timesOf = (turns: readonly Turn[]): number[] => turns.map(({ ms }) => ms);

const ratiosOf = (unit: keyof Turn, turns: readonly Turn[], peers: readonly Turn[]): number[] =>
  ratios(
    turns.map(turn => turn[unit]),
    peers.map(turn => turn[unit]),
  );
