import type { TokenSource } from "@qbench-sdk/auth";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ENDED_TOKEN_HEADER } from "../src/messages.ts";
import { createTokenTimes } from "../src/token-times.ts";

const START = 10_000;
beforeEach(() => void vi.useFakeTimers({ now: START, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

/** Creates a source that returns these tokens in turn. */
function sourceOf(...tokens: string[]): TokenSource {
  const next = () => tokens.shift() ?? "none";
  return {
    origin: "",
    getToken: async () => next(),
    peekToken: next,
    reject: () => {},
    on: () => () => {},
    close() {},
  };
}

const rejection = (ended: string) => ({ response: new Response(null, { headers: { [ENDED_TOKEN_HEADER]: ended } }) });

/** Sends a request that gets one token for each of the methods, 100 ms apart, and is rejected. */
async function wasOutlived(
  ended: string,
  tokens: string[],
  { isExchanged = false, rejected = "" } = {},
): Promise<boolean> {
  const times = createTokenTimes();
  const source = times.observe(sourceOf(...tokens));
  source.reject(rejected);
  const result = await times.send(async () => {
    for (const [index] of tokens.entries()) {
      vi.setSystemTime(START + 100 * (index + 1));
      if (isExchanged && index === tokens.length - 1) times.onExchange();
      if (index === 0) source.peekToken?.();
      else await source.getToken();
    }
    return rejection(ended);
  });
  return result.wasOutlived();
}

test("a request whose last token expired after the source returned it was outlived", async () => {
  expect(await wasOutlived(`expired ${START + 201}`, ["a", "b"])).toBe(true);
  expect(await wasOutlived(`expired ${START + 200}`, ["a", "b"])).toBe(false);
});

test("a request whose token expired during its exchange was outlived", async () => {
  expect(await wasOutlived(`expired ${START - 1}`, ["a", "b"], { isExchanged: true })).toBe(true);
  expect(await wasOutlived(`expired ${START - 1}`, ["a", "b"])).toBe(false);
});

test("a request was outlived if the source could not know that its last token was revoked", async () => {
  expect(await wasOutlived(`revoked ${START + 1}`, ["a", "b"])).toBe(true);
  expect(await wasOutlived(`revoked ${START + 1}`, ["a", "b"], { rejected: "a" })).toBe(true);
  expect(await wasOutlived(`revoked ${START + 1}`, ["a", "b"], { rejected: "b" })).toBe(false);
});

test("a request that was not replayed was not outlived, whatever happened to its token", async () => {
  expect(await wasOutlived(`expired ${START + 101}`, ["a"])).toBe(false);
  expect(await wasOutlived(`expired ${START - 1}`, ["a"], { isExchanged: true })).toBe(false);
});

test("a request that was replayed with the same revoked token, or not at all, was not outlived", async () => {
  expect(await wasOutlived(`revoked ${START + 1}`, ["a", "a"])).toBe(false);
  expect(await wasOutlived(`revoked ${START + 1}`, ["a"])).toBe(false);
});

test("a response that does not say when its token ended is not explained", async () => {
  const { wasOutlived: isExplained } = await createTokenTimes().send(async () => ({ response: new Response() }));
  expect(isExplained()).toBe(false);
});
