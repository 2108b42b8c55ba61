import { ReplayableRequest } from "@qbench-sdk/auth";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FetchLike, type Limiter, QBenchResponseError, type Slot } from "../../src/index.js";
import { createTransport } from "../../src/transport/create-transport.js";
import { countListeners } from "../support/listeners.js";

const url = "https://lab.example/qbench/api/v2/teams";
const timeouts = { attemptMs: 2000, totalMs: 8000 };
const complete = '{"data":[1,2,3]}';
/** A TypeError, as fetch throws after a network failure. */
const callAborted = new TypeError("the caller aborted");

const connectionRefused = () =>
  Object.assign(new TypeError("fetch failed"), {
    cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }),
  });
const failures = {
  "refuses the connection": connectionRefused,
  "breaks the connection": () => new TypeError("fetch failed"),
  "has a mistake": () => new Error("a mistake"),
};
type Failure = keyof typeof failures;

type Generated<Source> = Source extends fc.Arbitrary<infer Value> ? Value : never;

/** What a limiter does with one request. Some ignore the signal of the request. */
const slotPlan = fc.record({
  afterMs: fc.constantFrom(undefined, undefined, undefined, 0, 10, 3000, 9000),
  usesSignal: fc.boolean(),
  fails: fc.nat(9).map(number => number === 0),
});
type SlotPlan = Generated<typeof slotPlan>;

const bodyPlan = fc.record({
  chunks: fc.integer({ min: 1, max: 3 }),
  msBetweenChunks: fc.constantFrom(0, 0, 20, 900),
  end: fc.constantFrom<"complete" | "stalls" | Failure>(
    ...(["complete", "complete", "complete", "stalls", "breaks the connection", "has a mistake"] as const),
  ),
});
type BodyPlan = Generated<typeof bodyPlan>;

/** What fetch does with one attempt. Some ignore the signal of the attempt. */
const sendPlan = fc.record({
  afterMs: fc.constantFrom(undefined, 0, 15, 1990, 2010, 30_000),
  usesSignal: fc.boolean(),
  outcome: fc.oneof(
    {
      weight: 1,
      arbitrary: fc.constantFrom<Failure>("refuses the connection", "breaks the connection", "has a mistake"),
    },
    { weight: 1, arbitrary: fc.constantFrom("throws", "never responds", "returns nothing") },
    {
      weight: 6,
      arbitrary: fc.record({
        status: fc.constantFrom(200, 200, 201, 204, 304, 400, 401, 404, 429, 429, 500, 503),
        retryAfter: fc.constantFrom(undefined, "0", "1", "60", "a lot"),
        body: bodyPlan,
        isReadByFetch: fc.constantFrom(false, false, false, true),
      }),
    },
  ),
});
type SendPlan = Generated<typeof sendPlan>;

const callPlan = fc.record({
  method: fc.constantFrom("GET", "POST", "HEAD"),
  abortMs: fc.constantFrom(undefined, undefined, 0, 5, 10, 500, 2000, 2500),
  /** What the listener of the caller does with an event. */
  onEvent: fc.constantFrom("returns", "returns", "returns", "returns", "aborts", "throws", "rejects"),
  remembersBody: fc.boolean(),
  slots: fc.array(slotPlan, { minLength: 4, maxLength: 4 }),
  sends: fc.array(sendPlan, { minLength: 4, maxLength: 4 }),
});
type CallPlan = Generated<typeof callPlan>;

/** Returns whether the whole response arrives in time. Then the call must return it. */
const isComplete = (plan: SendPlan | undefined): boolean =>
  typeof plan?.outcome === "object" &&
  plan.outcome.body.end === "complete" &&
  plan.outcome.body.msBetweenChunks < 100 &&
  (plan.afterMs ?? 0) < 100;

/** Runs one call, and checks what the transport promises. */
async function runModel(plan: CallPlan): Promise<void> {
  let ownTimers = 0;
  const later = (ms: number, run: () => void) => {
    ownTimers++;
    setTimeout(() => {
      ownTimers--;
      run();
    }, ms);
  };
  const onAbort = (signal: AbortSignal | null | undefined, run: (reason: unknown) => void) =>
    signal?.addEventListener("abort", () => run(signal.reason));

  const openBodies = new Set<ReadableStream>();
  function bodyOf({ chunks, msBetweenChunks, end }: BodyPlan, signal: AbortSignal | null | undefined): ReadableStream {
    const size = Math.ceil(complete.length / chunks);
    let next = 0;
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stream = new ReadableStream<Uint8Array>({
      start(started) {
        controller = started;
      },
      cancel: () => void openBodies.delete(stream),
    });
    openBodies.add(stream);
    const finish = (error?: unknown) => {
      if (!openBodies.delete(stream)) return;
      if (error) controller?.error(error);
      else controller?.close();
    };
    const send = () => {
      if (!openBodies.has(stream)) return;
      if (next < chunks) {
        controller?.enqueue(new TextEncoder().encode(complete.slice(size * next, size * ++next)));
        later(msBetweenChunks, send);
      } else if (end !== "stalls") finish(end === "complete" ? undefined : failures[end]());
    };
    onAbort(signal, finish);
    send();
    return stream;
  }

  const slots: { slot: Slot; releases: number; sentAt?: number }[] = [];
  const problems: string[] = [];

  async function runCall(): Promise<void> {
    const abort = new AbortController();
    const listeners = countListeners(abort.signal);
    const isWrite = plan.method === "POST";
    let slotCount = 0;
    const sent: SendPlan[] = [];
    let held: (typeof slots)[number] | undefined;
    let hasSettled = false;

    const createSlot = (): Slot => {
      const state: (typeof slots)[number] = {
        releases: 0,
        slot: {
          release() {
            state.releases++;
            if (held === state) held = undefined;
            const heldMs = performance.now() - (state.sentAt ?? performance.now());
            if (heldMs > timeouts.attemptMs) problems.push(`the call held a slot for ${heldMs} ms`);
          },
        },
      };
      slots.push(state);
      held = state;
      return state.slot;
    };
    const limiter: Limiter = {
      acquire(signal) {
        const { afterMs, usesSignal, fails } = plan.slots[slotCount++] as SlotPlan;
        if (afterMs === undefined) {
          if (fails) throw connectionRefused();
          return createSlot();
        }
        return new Promise((resolve, reject) => {
          let isAborted = false;
          if (usesSignal) {
            onAbort(signal, reason => {
              isAborted = true;
              reject(reason);
            });
          }
          later(afterMs, () => {
            if (isAborted) return;
            if (fails) reject(connectionRefused());
            else resolve(createSlot());
          });
        });
      },
      update() {
        if (!held) problems.push("the call updated the limiter after it had released its slot");
      },
    };
    const fetch: FetchLike = (request, init) => {
      const step = plan.sends[sent.length] as SendPlan;
      sent.push(step);
      if (hasSettled || abort.signal.aborted) problems.push("the call sent a request after its end");
      if (held) held.sentAt = performance.now();
      else problems.push("the call sent a request without a slot");
      if (!init?.signal) problems.push("the call sent a request without a signal");
      const { outcome, afterMs, usesSignal } = step;
      if (outcome === "throws") throw new Error("a mistake");
      const signal = usesSignal ? init?.signal : undefined;
      const respond = async (): Promise<Response> => {
        if (isWrite) await request.text();
        if (typeof outcome === "string") {
          if (outcome === "never responds") return new Promise((_, reject) => onAbort(signal, reject));
          if (outcome === "returns nothing") return undefined as never;
          throw failures[outcome as Failure]();
        }
        const { status, retryAfter, body, isReadByFetch } = outcome;
        const hasBody = status !== 204 && status !== 304 && plan.method !== "HEAD";
        const headers = retryAfter === undefined ? {} : { "Retry-After": retryAfter };
        const response = new Response(hasBody ? bodyOf(body, signal) : null, { status, headers });
        if (isReadByFetch && body.end === "complete") await response.text();
        return response;
      };
      if (afterMs === undefined) return respond();
      return new Promise((resolve, reject) => {
        onAbort(signal, reject);
        later(afterMs, () => {
          if (!signal?.aborted) respond().then(resolve, reject);
        });
      });
    };

    const startedAt = performance.now();
    const init = { method: plan.method, signal: abort.signal, ...(isWrite && { body: "[1]" }) };
    const request = plan.remembersBody ? new ReplayableRequest(url, init) : new Request(url, init);
    // The request itself listens to its signal.
    const listenersBefore = listeners();
    let abortedAt = Number.POSITIVE_INFINITY;
    const abortCall = () => {
      abortedAt = performance.now();
      abort.abort(callAborted);
    };
    if (plan.abortMs !== undefined) later(plan.abortMs, abortCall);
    const onEvent = () => {
      if (plan.onEvent === "aborts") abortCall();
      if (plan.onEvent === "throws") throw new Error("a mistake");
      return plan.onEvent === "rejects" ? Promise.reject(new Error("a mistake")) : undefined;
    };
    const send = createTransport("https://lab.example", { fetch, limits: limiter, timeouts, onEvent });
    const outcome = await send(request).then(
      response => ({ response }),
      (error: unknown) => ({ error }),
    );
    hasSettled = true;
    const elapsedMs = performance.now() - startedAt;
    if (elapsedMs > timeouts.totalMs) problems.push(`the call took ${elapsedMs} ms`);
    if (performance.now() > abortedAt) problems.push("the call outlived its abort");
    if (abort.signal.aborted && "error" in outcome && outcome.error !== callAborted) {
      problems.push(`the call was aborted and rejected with ${outcome.error}`);
    }
    if (listeners() > listenersBefore) problems.push("the call left a listener");

    const last = sent.at(-1)?.outcome;
    const wasRejected = ({ outcome }: SendPlan) =>
      outcome === "refuses the connection" || (typeof outcome === "object" && outcome.status === 429);
    if (isWrite && !sent.slice(0, -1).every(wasRejected)) problems.push("the call sent a write twice");
    if (isWrite && !plan.remembersBody && sent.length > 1) problems.push("the call replayed an unknown body");
    if ("error" in outcome) {
      const isInterrupted = abort.signal.aborted || sent.length < slotCount || elapsedMs > timeouts.totalMs - 1;
      const isUnreadable =
        typeof last === "object" && last.isReadByFetch && outcome.error instanceof QBenchResponseError;
      if (!isInterrupted && !isUnreadable && isComplete(sent.at(-1))) problems.push("the call lost its response");
      return;
    }
    const { response } = outcome;
    if (typeof last !== "object" || response.status !== last.status) problems.push("the call has another response");
    else if (response.ok && response.body) {
      if ((await response.text()) !== complete) problems.push("the call returned a part of the response");
    }
  }

  const running = runCall().then(() => {
    // Those of the fetch and the limiter are not the transport's.
    if (vi.getTimerCount() > ownTimers) problems.push("the transport left a timer");
  });
  await vi.advanceTimersByTimeAsync(60_000);
  await running;
  expect(problems).toEqual([]);
  expect(slots.map(({ releases }) => releases)).toEqual(slots.map(() => 1));
  expect(openBodies.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
}

describe("the transport", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
  afterEach(() => void vi.useRealTimers());

  it("keeps its promises with any fetch, any limiter and any abort", async () => {
    await fc.assert(fc.asyncProperty(callPlan, runModel), { numRuns: 2000 });
  });
});
