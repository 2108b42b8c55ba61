import type { TokenSource } from "@qbench-sdk/auth";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ENDED_TOKEN_HEADER, tokenName } from "../src/messages.ts";
import { createTokenTimes } from "../src/token-times.ts";

const token = "11111111-2222-4333-8444-555555555555";
const source: TokenSource = {
  origin: "https://lab.example",
  getToken: async () => token,
  peekToken: () => token,
  reject: () => {},
  on: () => () => {},
  close: () => {},
};
const rejectionOf = (endedAt: number) =>
  new Response(null, { status: 400, headers: { [ENDED_TOKEN_HEADER]: `${tokenName(token)} ${endedAt}` } });

beforeEach(() => void vi.useFakeTimers({ now: 10_000 }));
afterEach(() => void vi.useRealTimers());

test.each(["getToken", "peekToken"] as const)("a token that %s returned before its end was outlived", async method => {
  const times = createTokenTimes();
  await times.observe(source)[method]?.();
  expect(times.wasOutlived(rejectionOf(10_001))).toBe(true);
  expect(times.wasOutlived(rejectionOf(10_000))).toBe(false);
});

test("a token that its source returned again after its end was not outlived", async () => {
  const times = createTokenTimes();
  const observed = times.observe(source);
  times.onExchange();
  await observed.getToken();
  vi.advanceTimersByTime(100);
  await observed.getToken();
  expect(times.wasOutlived(rejectionOf(10_050))).toBe(false);
});

test("a token that ended during its own exchange was outlived, unlike one from the store", async () => {
  const [exchanged, stored] = [createTokenTimes(), createTokenTimes()];
  exchanged.onExchange();
  await exchanged.observe(source).getToken();
  await stored.observe(source).getToken();
  expect([exchanged.wasOutlived(rejectionOf(9_000)), stored.wasOutlived(rejectionOf(9_000))]).toEqual([true, false]);
});

test("a response without the header, or for an unknown token, does not say that a token was outlived", () => {
  expect(createTokenTimes().wasOutlived(new Response())).toBe(false);
  expect(createTokenTimes().wasOutlived(rejectionOf(99_999))).toBe(false);
});
