import { createAuthMiddleware, ReplayableRequest, signAssertion } from "@qbench-sdk/auth";
import type { paths } from "@qbench-sdk/types";
import jsonwebtoken from "jsonwebtoken";
import createClient from "openapi-fetch";
import { CONTACTS } from "../callers/read-in-loop.ts";
import { NO_NETWORK, stubGlobalFetch } from "../callers/stub-fetch.ts";
import { measureInTurns } from "../measure/measure-in-turns.ts";
import { asCount, measured, type Row } from "../results/row.ts";
import type { GroupOptions } from "./group.ts";

const CALLS = 1000;
const ASSERTIONS = 500;
const credentials = { clientId: "6f1c9a52-0d7e-4b7a-9a55-1f6f0f3f7c11", clientSecret: "x".repeat(64) };

/** Counts the exchanges of calls that start without a token, and measures how fast assertions are signed. */
export async function benchTokens({ rounds = 15 }: GroupOptions): Promise<Row[]> {
  const exchanges = await countExchanges();
  const perSecond = await measureInTurns(
    {
      ours: () => signedPerSecond(() => signAssertion(credentials)),
      jsonwebtoken: () => signedPerSecond(signWithJsonwebtoken),
    },
    rounds,
  );
  const what = "assertions signed per second, one after the other:";
  return [
    {
      what: "exchanges for 1,000 concurrent calls without a token",
      result: asCount(exchanges),
      goal: "1",
      isMet: exchanges === 1,
    },
    measured(`${what} @qbench-sdk/auth`, perSecond.ours, asCount),
    measured(`${what} jsonwebtoken`, perSecond.jsonwebtoken, asCount),
  ];
}

async function countExchanges(): Promise<number> {
  const { fetch } = globalThis;
  const tenant = stubGlobalFetch();
  try {
    const client = createClient<paths>({ baseUrl: NO_NETWORK, Request: ReplayableRequest, redirect: "manual" });
    client.use(createAuthMiddleware({ baseUrl: NO_NETWORK, ...credentials }));
    await Promise.all(Array.from({ length: CALLS }, () => client.GET(CONTACTS)));
    return tenant.exchanges;
  } finally {
    globalThis.fetch = fetch;
  }
}

async function signedPerSecond(sign: () => unknown): Promise<number> {
  const begin = performance.now();
  for (let i = 0; i < ASSERTIONS; i++) await sign();
  return (ASSERTIONS * 1000) / (performance.now() - begin);
}

function signWithJsonwebtoken(): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { sub: credentials.clientId, iat, exp: iat + 600 };
  return jsonwebtoken.sign(claims, credentials.clientSecret, { algorithm: "HS256" });
}
