import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createTokenSource, type QBenchAuthError } from "../src/index.ts";
import { onUnhandledRejection, warnsOfLeaks } from "./support/runtime.ts";
import { deferred, json, ripen, settle, stubTenant, thrownBy, times, tokenAnswer } from "./support/tenant.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe("one exchange for all", () => {
  test("1. 100 concurrent requests without a token make one exchange", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    const tokens = await Promise.all(times(100, () => source.getToken()));
    expect(new Set(tokens)).toEqual(new Set(["token-1"]));
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("2. 100 concurrent requests with an expired token make one exchange", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.clock.pass(2 * HOUR);
    const tokens = await Promise.all(times(100, () => source.getToken()));
    expect(new Set(tokens)).toEqual(new Set(["token-2"]));
    expect(tenant.exchanges).toHaveLength(2);
  });

  test("5. two sources share nothing", async () => {
    const tenant = stubTenant();
    const [one, two] = [createTokenSource(tenant.options), createTokenSource({ ...tenant.options, clientId: "other" })];
    const tokens = await Promise.all([one.getToken(), two.getToken()]);
    expect(tokens.sort()).toEqual(["token-1", "token-2"]);
  });

  test("6. a failed exchange fails all waiters alike and leaves nothing behind", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    tenant.onExchange = () => json([]);
    const errors = await Promise.all(times(20, () => thrownBy(() => source.getToken())));
    expect(new Set(errors).size).toBe(1);
    expect(errors[0]).toMatchObject({ name: "QBenchAuthError", code: "malformed_response" });
    expect(tenant.exchanges).toHaveLength(1);

    tenant.onExchange = number => tokenAnswer(number);
    await expect(source.getToken()).resolves.toBe("token-2");
  });

  test("a clock that throws leaves nothing behind either", async () => {
    const tenant = stubTenant();
    let broken = true;
    const now = () => {
      if (broken) throw new Error("no time");
      return tenant.clock.now();
    };
    const source = createTokenSource({ ...tenant.options, clock: { now } });
    await expect(source.getToken()).rejects.toThrow("no time");
    broken = false;
    await expect(source.getToken()).resolves.toBe("token-1");
  });
});

describe("a rejected token", () => {
  test("4. that has been replaced since changes nothing", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    const old = await source.getToken();
    source.reject(old);
    await source.getToken();
    for (let i = 0; i < 20; i += 1) {
      source.reject(old);
      expect(await source.getToken()).toBe("token-2");
    }
    expect(tenant.exchanges).toHaveLength(2);
  });

  test("3. 100 rejections of the same token make one exchange", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    const old = await source.getToken();
    await Promise.all(
      times(100, () => {
        source.reject(old);
        return source.getToken();
      }),
    );
    expect(tenant.exchanges).toHaveLength(2);
  });
});

describe("freshness", () => {
  // Without jitter.
  beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
  afterEach(() => void vi.restoreAllMocks());

  const started = async (expiresIn = 3600) => {
    const tenant = stubTenant();
    tenant.onExchange = number => tokenAnswer(number, { expires_in: expiresIn });
    const source = createTokenSource(tenant.options);
    await source.getToken();
    return { tenant, source };
  };

  test("a fresh token is used without an exchange", async () => {
    const { tenant, source } = await started();
    tenant.clock.pass(HOUR - 5 * MINUTE - 1);
    await expect(source.getToken()).resolves.toBe("token-1");
    await settle();
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("7. in the soft window the token is used at once and renewed behind, by one exchange", async () => {
    const { tenant, source } = await started();
    tenant.clock.pass(HOUR - 5 * MINUTE);
    const answer = deferred<Response>();
    tenant.onExchange = () => answer.promise;
    expect(new Set(await Promise.all(times(50, () => source.getToken())))).toEqual(new Set(["token-1"]));
    await settle();
    expect(tenant.exchanges).toHaveLength(2);
    answer.resolve(tokenAnswer(2));
    await settle();
    await expect(source.getToken()).resolves.toBe("token-2");
    expect(tenant.exchanges).toHaveLength(2);
  });

  test("8. in the hard window requests wait for the next token", async () => {
    const { tenant, source } = await started();
    tenant.clock.pass(HOUR - 30 * SECOND);
    expect(new Set(await Promise.all(times(50, () => source.getToken())))).toEqual(new Set(["token-2"]));
    expect(tenant.exchanges).toHaveLength(2);
  });

  describe("9. a renewal that fails behind a good token", () => {
    const unhandled = vi.fn();
    beforeEach(() => {
      unhandled.mockClear();
      return onUnhandledRejection(unhandled);
    });

    const failures: [string, () => Response][] = [
      [
        "connection_failed",
        () => {
          throw new TypeError("fetch failed");
        },
      ],
      ["500", () => new Response(null, { status: 500 })],
    ];
    test.each(failures)("(%s) is not told to callers and waits for the cool-down", async (_, fail) => {
      const { tenant, source } = await started();
      tenant.clock.pass(HOUR - 5 * MINUTE);
      tenant.onExchange = fail;
      await expect(source.getToken()).resolves.toBe("token-1");
      await settle();
      expect(tenant.exchanges).toHaveLength(2);

      tenant.clock.pass(29 * SECOND);
      await Promise.all(times(10, () => source.getToken()));
      await settle();
      expect(tenant.exchanges).toHaveLength(2);

      tenant.clock.pass(SECOND);
      await expect(source.getToken()).resolves.toBe("token-1");
      await settle();
      expect(tenant.exchanges).toHaveLength(3);
      expect(unhandled).not.toHaveBeenCalled();
    });

    test("waits longer when the server asks for it", async () => {
      const { tenant, source } = await started();
      tenant.clock.pass(HOUR - 5 * MINUTE);
      tenant.onExchange = () => new Response(null, { status: 429, headers: { "Retry-After": "60" } });
      await source.getToken();
      await settle();
      tenant.clock.pass(59 * SECOND);
      await source.getToken();
      await settle();
      expect(tenant.exchanges).toHaveLength(2);
    });

    test("10. does not stop the next call past expiry from trying, once, and from telling what is wrong", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      onTestFinished(() => void vi.useRealTimers());
      const { tenant, source } = await started();
      tenant.onExchange = () => new Response(null, { status: 503 });
      tenant.clock.pass(HOUR - 10 * SECOND);
      const error = thrownBy(() => source.getToken());
      await ripen(() => tenant.exchanges.length === 5);
      expect(await error).toMatchObject({ code: "server_error", status: 503 });
      tenant.onExchange = number => tokenAnswer(number);
      await expect(source.getToken()).resolves.toBe("token-6");
    });
  });

  test("11. the windows shrink with the token's life", async () => {
    const { tenant, source } = await started(60);
    for (let i = 0; i < 47; i += 1) {
      tenant.clock.pass(SECOND);
      expect(await source.getToken()).toBe("token-1");
    }
    await settle();
    expect(tenant.exchanges).toHaveLength(1);
    tenant.clock.pass(SECOND);
    expect(await source.getToken()).toBe("token-1");
    await settle();
    expect(tenant.exchanges).toHaveLength(2);
  });

  test("13. expiry is counted from before the request was sent", async () => {
    const tenant = stubTenant();
    tenant.onExchange = number => {
      tenant.clock.pass(10 * SECOND);
      return tokenAnswer(number);
    };
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.clock.pass(HOUR - 10 * SECOND - 30 * SECOND - 1);
    await expect(source.getToken()).resolves.toBe("token-1");
    await settle();
    expect(tenant.exchanges).toHaveLength(2);
  });

  test("13. a token that expires while it is fetched is still its waiters' to use", async () => {
    const tenant = stubTenant();
    tenant.onExchange = number => {
      tenant.clock.pass(10 * SECOND);
      return tokenAnswer(number, { expires_in: 5 });
    };
    const source = createTokenSource(tenant.options);
    await expect(source.getToken()).resolves.toBe("token-1");
    await expect(source.getToken()).resolves.toBe("token-2");
  });

  test("33. a clock that jumps ahead two hours costs one exchange", async () => {
    const { tenant, source } = await started();
    tenant.clock.pass(2 * HOUR);
    await expect(source.getToken()).resolves.toBe("token-2");
    await expect(source.getToken()).resolves.toBe("token-2");
    expect(tenant.exchanges).toHaveLength(2);
  });
});

describe("aborting", () => {
  test("60. one of ten waiters that aborts leaves alone, at once, with its own reason", async () => {
    const tenant = stubTenant();
    const answer = deferred<Response>();
    tenant.onExchange = () => answer.promise;
    const source = createTokenSource(tenant.options);
    const controller = new AbortController();
    const leaving = thrownBy(() => source.getToken({ signal: controller.signal }));
    const staying = times(9, () => source.getToken({ signal: new AbortController().signal }));
    await settle();
    const reason = new Error("the user went away");
    controller.abort(reason);
    expect(await leaving).toBe(reason);

    answer.resolve(tokenAnswer(1));
    expect(new Set(await Promise.all(staying))).toEqual(new Set(["token-1"]));
    await expect(source.getToken()).resolves.toBe("token-1");
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("60. the exchange goes on and is kept when its only waiter leaves", async () => {
    const tenant = stubTenant();
    const answer = deferred<Response>();
    tenant.onExchange = () => answer.promise;
    const source = createTokenSource(tenant.options);
    const controller = new AbortController();
    const leaving = thrownBy(() => source.getToken({ signal: controller.signal }));
    await settle();
    controller.abort();
    expect(await leaving).toMatchObject({ name: "AbortError" });
    answer.resolve(tokenAnswer(1));
    await settle();
    await expect(source.getToken()).resolves.toBe("token-1");
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("62. an aborted signal starts no exchange", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    const reason = new Error("too late");
    expect(await thrownBy(() => source.getToken({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    await settle();
    expect(tenant.exchanges).toHaveLength(0);
  });

  test("64. a signal that lives long collects no listeners", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    const { signal } = new AbortController();
    let listeners = 0;
    const add = vi.spyOn(signal, "addEventListener").mockImplementation(() => {
      listeners += 1;
    });
    const remove = vi.spyOn(signal, "removeEventListener").mockImplementation(() => {
      listeners -= 1;
    });
    for (let i = 0; i < 100; i += 1) {
      source.reject(await source.getToken({ signal }));
    }
    await settle();
    expect(add).toHaveBeenCalledTimes(100);
    expect(remove).toHaveBeenCalledTimes(100);
    expect(listeners).toBe(0);
  });
});

test.runIf(warnsOfLeaks)("64. 100 callers that wait with one signal leave no warning", async () => {
  const warned = vi.fn();
  process.on("warning", warned);
  const tenant = stubTenant();
  const source = createTokenSource(tenant.options);
  const { signal } = new AbortController();
  await Promise.all(times(100, () => source.getToken({ signal })));
  await settle();
  process.off("warning", warned);
  expect(warned).not.toHaveBeenCalled();
});

describe("closing", () => {
  test("63. later calls fail with `closed` and send nothing", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    await source.getToken();
    source.close();
    source.close();
    await expect(source.getToken()).rejects.toMatchObject({ name: "QBenchAuthError", code: "closed" });
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("63. an exchange under way ends, its waiters are told, and no timer stays", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const tenant = stubTenant();
    tenant.onExchange = () => new Promise(() => {});
    const source = createTokenSource(tenant.options);
    const waiting = times(3, () => thrownBy(() => source.getToken()));
    await settle();
    source.close();
    for (const error of await Promise.all(waiting)) expect((error as QBenchAuthError).code).toBe("closed");
    expect(tenant.exchanges[0]?.request.signal.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
