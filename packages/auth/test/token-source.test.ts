import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTokenSource, type QBenchAuthError, signAssertion } from "../src/index.ts";
import { onUnhandledRejection, warnsOfLeaks } from "./support/runtime.ts";
import {
  advanceUntil,
  deferred,
  flush,
  HOUR,
  installFakeTimers,
  json,
  MINUTE,
  SECOND,
  stubTenant,
  testClock,
  thrownBy,
  times,
  tokenResponse,
  waitFor,
} from "./support/tenant.ts";

describe("one exchange for all callers", () => {
  test("makes one exchange for 100 concurrent callers without a token", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    const tokens = await Promise.all(times(100, () => source.getToken()));
    expect(new Set(tokens)).toEqual(new Set(["token-1"]));
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("makes one exchange for 100 concurrent callers with an expired token", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.clock.advance(2 * HOUR);
    const tokens = await Promise.all(times(100, () => source.getToken()));
    expect(new Set(tokens)).toEqual(new Set(["token-2"]));
    expect(tenant.exchanges).toHaveLength(2);
  });

  test("two token sources with different client ids share nothing", async () => {
    const tenant = stubTenant();
    const [one, two] = [createTokenSource(tenant.options), createTokenSource({ ...tenant.options, clientId: "other" })];
    const tokens = await Promise.all([one.getToken(), two.getToken()]);
    expect(tokens.sort()).toEqual(["token-1", "token-2"]);
  });

  test("rejects all waiting callers with the error of a failed exchange, and recovers afterwards", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    tenant.onExchange = () => json([]);
    const errors = await Promise.all(times(20, () => thrownBy(() => source.getToken())));
    expect(new Set(errors).size).toBe(1);
    expect(errors[0]).toMatchObject({ name: "QBenchAuthError", code: "malformed_response" });
    expect(tenant.exchanges).toHaveLength(1);

    tenant.onExchange = number => tokenResponse(number);
    await expect(source.getToken()).resolves.toBe("token-2");
  });

  test("recovers after the clock threw an error", async () => {
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
  test("ignores the rejection of a token that was replaced already", async () => {
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

  test("makes one exchange after 100 rejections of the same token", async () => {
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

  const startedSource = async (expiresIn = 3600) => {
    const tenant = stubTenant();
    tenant.onExchange = number => tokenResponse(number, { expires_in: expiresIn });
    const source = createTokenSource(tenant.options);
    await source.getToken();
    return { tenant, source };
  };

  test("uses a fresh token without an exchange", async () => {
    const { tenant, source } = await startedSource();
    tenant.clock.advance(HOUR - 5 * MINUTE - 1);
    await expect(source.getToken()).resolves.toBe("token-1");
    await flush();
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("uses the token in the soft window, and renews it in the background by one exchange", async () => {
    const { tenant, source } = await startedSource();
    tenant.clock.advance(HOUR - 5 * MINUTE);
    const response = deferred<Response>();
    tenant.onExchange = () => response.promise;
    expect(new Set(await Promise.all(times(50, () => source.getToken())))).toEqual(new Set(["token-1"]));
    await waitFor(() => tenant.exchanges.length === 2);
    await flush();
    expect(tenant.exchanges).toHaveLength(2);
    response.resolve(tokenResponse(2));
    await flush();
    await expect(source.getToken()).resolves.toBe("token-2");
    expect(tenant.exchanges).toHaveLength(2);
  });

  test("makes callers wait for the next token in the hard window", async () => {
    const { tenant, source } = await startedSource();
    tenant.clock.advance(HOUR - 30 * SECOND);
    expect(new Set(await Promise.all(times(50, () => source.getToken())))).toEqual(new Set(["token-2"]));
    expect(tenant.exchanges).toHaveLength(2);
  });

  describe("a background renewal that fails", () => {
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
    test.each(failures)(
      "hides a background renewal that failed (%s) from callers, and starts another one after the backoff",
      async (_, fail) => {
        const { tenant, source } = await startedSource();
        tenant.clock.advance(HOUR - 5 * MINUTE);
        tenant.onExchange = fail;
        await expect(source.getToken()).resolves.toBe("token-1");
        await waitFor(() => tenant.exchanges.length === 2);
        await flush();
        expect(tenant.exchanges).toHaveLength(2);

        tenant.clock.advance(29 * SECOND);
        await Promise.all(times(10, () => source.getToken()));
        await flush();
        expect(tenant.exchanges).toHaveLength(2);

        tenant.clock.advance(SECOND);
        await expect(source.getToken()).resolves.toBe("token-1");
        await waitFor(() => tenant.exchanges.length === 3);
        await flush();
        expect(tenant.exchanges).toHaveLength(3);
        expect(unhandled).not.toHaveBeenCalled();
      },
    );

    test("extends the backoff of background renewals if the server asks for it", async () => {
      const { tenant, source } = await startedSource();
      tenant.clock.advance(HOUR - 5 * MINUTE);
      tenant.onExchange = () => new Response(null, { status: 429, headers: { "Retry-After": "60" } });
      await source.getToken();
      await waitFor(() => tenant.exchanges.length === 2);
      await flush();
      tenant.clock.advance(59 * SECOND);
      await source.getToken();
      await flush();
      expect(tenant.exchanges).toHaveLength(2);
    });

    test("rejects a waiting caller after four failed attempts, and the next caller starts a new renewal", async () => {
      installFakeTimers();
      const { tenant, source } = await startedSource();
      tenant.onExchange = () => new Response(null, { status: 503 });
      tenant.clock.advance(HOUR - 10 * SECOND);
      const error = thrownBy(() => source.getToken());
      await advanceUntil(() => tenant.exchanges.length === 5);
      expect(await error).toMatchObject({ code: "server_error", status: 503 });
      tenant.onExchange = number => tokenResponse(number);
      await expect(source.getToken()).resolves.toBe("token-6");
    });
  });

  test("starts the soft window of a token that lives 60 s after 48 s", async () => {
    const { tenant, source } = await startedSource(60);
    for (let i = 0; i < 47; i += 1) {
      tenant.clock.advance(SECOND);
      expect(await source.getToken()).toBe("token-1");
    }
    await flush();
    expect(tenant.exchanges).toHaveLength(1);
    tenant.clock.advance(SECOND);
    expect(await source.getToken()).toBe("token-1");
    await waitFor(() => tenant.exchanges.length === 2);
    await flush();
    expect(tenant.exchanges).toHaveLength(2);
  });

  test("counts the life of a token from before its request was sent", async () => {
    const tenant = stubTenant();
    tenant.onExchange = number => {
      tenant.clock.advance(10 * SECOND);
      return tokenResponse(number);
    };
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.clock.advance(HOUR - 10 * SECOND - 30 * SECOND - 1);
    await expect(source.getToken()).resolves.toBe("token-1");
    await waitFor(() => tenant.exchanges.length === 2);
    await flush();
    expect(tenant.exchanges).toHaveLength(2);
  });

  test("gives waiting callers a token that expired while it was fetched", async () => {
    const tenant = stubTenant();
    tenant.onExchange = number => {
      tenant.clock.advance(10 * SECOND);
      return tokenResponse(number, { expires_in: 5 });
    };
    const source = createTokenSource(tenant.options);
    await expect(source.getToken()).resolves.toBe("token-1");
    await expect(source.getToken()).resolves.toBe("token-2");
  });

  test("makes one exchange after the clock jumped ahead by two hours", async () => {
    const { tenant, source } = await startedSource();
    tenant.clock.advance(2 * HOUR);
    await expect(source.getToken()).resolves.toBe("token-2");
    await expect(source.getToken()).resolves.toBe("token-2");
    expect(tenant.exchanges).toHaveLength(2);
  });
});

describe("aborting", () => {
  test("rejects only the one of ten waiting callers that aborts, immediately and with its own reason", async () => {
    const tenant = stubTenant();
    const response = deferred<Response>();
    tenant.onExchange = () => response.promise;
    const source = createTokenSource(tenant.options);
    const controller = new AbortController();
    const leaving = thrownBy(() => source.getToken({ signal: controller.signal }));
    const staying = times(9, () => source.getToken({ signal: new AbortController().signal }));
    await waitFor(() => tenant.exchanges.length === 1);
    await flush();
    const reason = new Error("the user left");
    controller.abort(reason);
    expect(await leaving).toBe(reason);

    response.resolve(tokenResponse(1));
    expect(new Set(await Promise.all(staying))).toEqual(new Set(["token-1"]));
    await expect(source.getToken()).resolves.toBe("token-1");
    expect(tenant.exchanges).toHaveLength(1);
  });

  /** Starts an exchange, and aborts the only caller that waits for it. */
  async function abortOnlyCaller() {
    const tenant = stubTenant();
    const response = deferred<Response>();
    tenant.onExchange = () => response.promise;
    const source = createTokenSource(tenant.options);
    const controller = new AbortController();
    const leaving = thrownBy(() => source.getToken({ signal: controller.signal }));
    await waitFor(() => tenant.exchanges.length === 1);
    await flush();
    controller.abort();
    expect(await leaving).toMatchObject({ name: "AbortError" });
    return { tenant, source, response };
  }

  test("keeps the token of an exchange whose only caller aborted", async () => {
    const { tenant, source, response } = await abortOnlyCaller();
    response.resolve(tokenResponse(1));
    await flush();
    await expect(source.getToken()).resolves.toBe("token-1");
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("shares an exchange whose first caller aborted with the callers that arrive later", async () => {
    const { tenant, source, response } = await abortOnlyCaller();
    const joining = source.getToken();
    await flush();
    response.resolve(tokenResponse(1));
    await expect(joining).resolves.toBe("token-1");
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("starts no exchange for a signal that is aborted already", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    const reason = new Error("too late");
    expect(await thrownBy(() => source.getToken({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    await flush();
    expect(tenant.exchanges).toHaveLength(0);
  });

  test("leaves no listeners on a long-lived signal", async () => {
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
    await flush();
    expect(add).toHaveBeenCalledTimes(100);
    expect(remove).toHaveBeenCalledTimes(100);
    expect(listeners).toBe(0);
  });
});

test.runIf(warnsOfLeaks)("100 callers that wait with one signal cause no leak warning", async () => {
  const warned = vi.fn();
  process.on("warning", warned);
  const tenant = stubTenant();
  const source = createTokenSource(tenant.options);
  const { signal } = new AbortController();
  await Promise.all(times(100, () => source.getToken({ signal })));
  await flush();
  process.off("warning", warned);
  expect(warned).not.toHaveBeenCalled();
});

describe("closing", () => {
  test("sends nothing if it is closed while it signs an assertion", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    source.on(({ type }) => {
      if (type === "exchange-started") source.close();
    });
    await expect(source.getToken()).rejects.toMatchObject({ code: "closed" });
    await signAssertion({ clientId: "other", clientSecret: "signed-after-the-assertion-of-the-source" });
    await flush();
    expect(tenant.exchanges).toHaveLength(0);
  });

  test("rejects calls after close() with the code closed, and sends nothing", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    await source.getToken();
    source.close();
    source.close();
    await expect(source.getToken()).rejects.toMatchObject({ name: "QBenchAuthError", code: "closed" });
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("close() ends the exchange in flight, rejects its callers and leaves no timer", async () => {
    installFakeTimers();
    const tenant = stubTenant();
    tenant.onExchange = () => new Promise(() => {});
    const source = createTokenSource(tenant.options);
    const waiting = times(3, () => thrownBy(() => source.getToken()));
    await waitFor(() => tenant.exchanges.length === 1);
    await flush();
    source.close();
    for (const error of await Promise.all(waiting)) expect((error as QBenchAuthError).code).toBe("closed");
    expect(tenant.exchanges[0]?.request.signal.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("rejects the callers of a renewal that succeeds after close()", async () => {
    const tenant = stubTenant();
    const response = deferred<Response>();
    tenant.onExchange = () => response.promise;
    const source = createTokenSource({ ...tenant.options, clock: testClock() });
    const error = thrownBy(() => source.getToken());
    await waitFor(() => tenant.exchanges.length === 1);
    await flush();
    source.close();
    response.resolve(tokenResponse(1));
    expect(await error).toMatchObject({ code: "closed" });
  });
});
