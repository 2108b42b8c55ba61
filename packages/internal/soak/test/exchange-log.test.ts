import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createExchangeLog, type ExchangeLog } from "../src/exchange-log.ts";

const DUE_MS = 1600;
/** All exchanges are for one API client, whose token two workers share. */
const identity = "client";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function exchange(log: ExchangeLog, worker: number, storeFailed = false, renewalStartedAt = Date.now()): () => void {
  return log.recordExchange({ identity, worker, startedAt: Date.now(), renewalStartedAt, storeFailed });
}

/** Makes two exchanges, and returns the reasons for the second one. */
function reasonsAfter(ageMs: number, between: (log: ExchangeLog, recordLoss: () => void) => void, storeFailed = false) {
  const log = createExchangeLog(DUE_MS);
  const recordLoss = exchange(log, 1);
  log.recordReceivedToken(identity, 1);
  vi.advanceTimersByTime(10);
  between(log, recordLoss);
  vi.advanceTimersByTime(ageMs - 10);
  exchange(log, 2, storeFailed);
  return Object.entries(log.surplus()).flatMap(([reason, count]) => (count > 0 ? [reason] : []));
}

test("an exchange for a token that is due, or was revoked, needs no reason", () => {
  expect(reasonsAfter(DUE_MS, () => {})).toEqual([]);
  expect(reasonsAfter(500, log => log.recordRevocation(identity))).toEqual([]);
});

test.each<[what: string, between: (log: ExchangeLog, recordLoss: () => void) => void, reason: string]>([
  ["nothing happened", () => {}, "unexplained"],
  ["its own process was killed", log => log.recordKill(2), "unexplained"],
  ["another token could not be written", log => log.recordUnsavedToken("another", 1), "unexplained"],
  ["the last response was lost", (_, recordLoss) => recordLoss(), "response lost"],
  ["the process with the last token was killed", log => log.recordKill(1), "process killed"],
  ["Redis restarted", log => log.recordRedisStop(), "redis restarted"],
  ["the last token could not be written", log => log.recordUnsavedToken(identity, 1), "store failed"],
])("if %s, the reason of an exchange before its token is due is in the log", (_, between, reason) => {
  expect(reasonsAfter(DUE_MS - 1, between)).toEqual([reason]);
});

test("an exchange before its token is due is explained if its process could not read the store", () => {
  expect(reasonsAfter(500, () => {}, true)).toEqual(["store failed"]);
});

test.each([
  ["explains", "may still write its token after the first exchange", 1900, "store failed"],
  ["does not explain", "can no longer write its token", 2100, "unexplained"],
])("an earlier exchange without a lock %s an early one if it %s", (_, _when, msToFirst, reason) => {
  const log = createExchangeLog(DUE_MS);
  exchange(log, 3, true);
  vi.advanceTimersByTime(50);
  log.recordReceivedToken(identity, 3);
  vi.advanceTimersByTime(msToFirst);
  exchange(log, 1);
  log.recordReceivedToken(identity, 1);
  vi.advanceTimersByTime(500);
  exchange(log, 2);
  expect(log.surplus()).toMatchObject({ [reason]: 1 });
});

test.each([
  ["explains", "during the renewal of either exchange", 0, "redis restarted"],
  ["does not explain", "before both renewals", 20, "unexplained"],
])("a stop of Redis %s an exchange if it was %s", (_, _when, msToRenewal, reason) => {
  for (const isFirst of [true, false]) {
    const log = createExchangeLog(DUE_MS);
    vi.advanceTimersByTime(10);
    const renewalStartedAt = Date.now() + msToRenewal;
    vi.advanceTimersByTime(10);
    log.recordRedisStop();
    vi.advanceTimersByTime(100);
    exchange(log, 1, false, isFirst ? renewalStartedAt : undefined);
    log.recordReceivedToken(identity, 1);
    vi.advanceTimersByTime(500);
    exchange(log, 2, false, isFirst ? undefined : renewalStartedAt);
    expect(log.surplus()).toMatchObject({ [reason]: 1 });
  }
});

test("a kill or a stop of Redis after an exchange does not explain it", () => {
  const log = createExchangeLog(DUE_MS);
  exchange(log, 1);
  log.recordReceivedToken(identity, 1);
  vi.advanceTimersByTime(500);
  exchange(log, 2);
  vi.advanceTimersByTime(1);
  log.recordKill(1);
  log.recordRedisStop();
  expect(log.surplus()).toMatchObject({ unexplained: 1 });
});

test("a report that a token could not be written explains an exchange that came before the report", () => {
  const log = createExchangeLog(DUE_MS);
  exchange(log, 1);
  vi.advanceTimersByTime(500);
  exchange(log, 2);
  log.recordUnsavedToken(identity, 1);
  expect(log.surplus()).toMatchObject({ "store failed": 1, unexplained: 0 });
});

test("a kill of a process that never got its token explains an exchange that came before the kill", () => {
  const log = createExchangeLog(DUE_MS);
  exchange(log, 1);
  vi.advanceTimersByTime(500);
  exchange(log, 2);
  log.recordKill(1);
  expect(log.surplus()).toMatchObject({ "process killed": 1, unexplained: 0 });
});

test("exchanges that arrive in another order than they started are compared by their start", () => {
  const log = createExchangeLog(DUE_MS);
  const startedAt = Date.now();
  const arrive = (worker: number, startedMsLater: number) =>
    log.recordExchange({
      identity,
      worker,
      startedAt: startedAt + startedMsLater,
      renewalStartedAt: startedAt,
      storeFailed: false,
    });
  arrive(2, DUE_MS);
  arrive(1, 0);
  expect(log.surplus().unexplained).toBe(0);
  arrive(3, DUE_MS + 500);
  expect(log.unexplained()).toEqual([`process 3 got a token of "client" 500 ms after process 2, without a reason`]);
});
