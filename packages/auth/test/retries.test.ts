import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type AuthOptions, createTokenSource, type TokenSource } from "../src/index.ts";
import { isBrowser } from "./support/runtime.ts";
import {
  advanceUntil,
  CLIENT_SECRET,
  deferred,
  flush,
  HOUR,
  installFakeTimers,
  json,
  MINUTE,
  recordEvents,
  SECOND,
  stubTenant,
  type Tenant,
  thrownBy,
  times,
  tokenResponse,
  waitFor,
} from "./support/tenant.ts";

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

describe("another attempt", () => {
  const failures: [string, () => Response][] = [
    ...[408, 500, 502, 503, 520, 524].map((status): [string, () => Response] => [
      String(status),
      () => new Response(null, { status }),
    ]),
    [
      "a broken connection",
      () => {
        throw new TypeError("fetch failed");
      },
    ],
  ];
  test.skipIf(isBrowser).each(failures)("retries after %s, with a new assertion each time", async (_, fail) => {
    installFakeTimers();
    const tenant = stubTenant();
    tenant.onExchange = number => {
      tenant.clock.advance(SECOND);
      return number < 3 ? fail() : tokenResponse(number);
    };
    const token = createTokenSource(tenant.options).getToken();
    await advanceUntil(() => tenant.exchanges.length === 3);
    await expect(token).resolves.toBe("token-3");
    expect(new Set(tenant.exchanges.map(({ form }) => form.get("assertion"))).size).toBe(3);
  });

  test("waits as long as the text of QBench's rate limiter asks for", async () => {
    installFakeTimers();
    const tenant = stubTenant();
    tenant.onExchange = number =>
      number === 1
        ? json(
            { error_description: "ratelimit exceeded 300 per 60 seconds [current count: 301. Retry in 2 seconds]" },
            { status: 429 },
          )
        : tokenResponse(number);
    const token = createTokenSource(tenant.options).getToken();
    await flush();
    await vi.advanceTimersByTimeAsync(1999);
    await flush();
    expect(tenant.exchanges).toHaveLength(1);
    await advanceUntil(() => tenant.exchanges.length === 2);
    await expect(token).resolves.toBe("token-2");
  });

  test("fails immediately if the server asks for more than a minute, and sends nothing in that time", async () => {
    const tenant = stubTenant();
    tenant.onExchange = () => new Response(null, { status: 429, headers: { "Retry-After": "120" } });
    const source = createTokenSource(tenant.options);
    expect(await thrownBy(() => source.getToken())).toMatchObject({ code: "rate_limited", retryAfterMs: 120_000 });
    tenant.clock.advance(119 * SECOND);
    await thrownBy(() => source.getToken());
    expect(tenant.exchanges).toHaveLength(1);
    tenant.clock.advance(SECOND);
    await thrownBy(() => source.getToken());
    expect(tenant.exchanges).toHaveLength(2);
  });

  test("delays later callers by the pause that the server asked of a background renewal", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.onExchange = number =>
      number === 2 ? new Response(null, { status: 429, headers: { "Retry-After": "50" } }) : tokenResponse(number);
    const events = recordEvents(source);
    tenant.clock.advance(HOUR - 31 * SECOND);
    await expect(source.getToken()).resolves.toBe("token-1");
    await waitFor(() => events.some(({ type }) => type === "renewal-backoff"));
    expect(events.at(-1)).toMatchObject({ backgroundMs: 50 * SECOND, waitMs: 50 * SECOND, failFastMs: 0 });

    installFakeTimers();
    tenant.clock.advance(20 * SECOND);
    const controller = new AbortController();
    const leaving = thrownBy(() => source.getToken({ signal: controller.signal }));
    await waitFor(() => vi.getTimerCount() === 1);
    controller.abort(new Error("enough"));
    expect(await leaving).toMatchObject({ message: "enough" });
    await waitFor(() => vi.getTimerCount() === 0);
    const staying = source.getToken();
    await waitFor(() => vi.getTimerCount() === 1);
    await vi.advanceTimersByTimeAsync(29_999);
    await flush();
    expect(tenant.exchanges).toHaveLength(2);
    await advanceUntil(() => tenant.exchanges.length === 3);
    await expect(staying).resolves.toBe("token-3");
    expect(events.filter(({ type }) => type === "renewal-backoff")).toHaveLength(1);
  });

  test("retries a background renewal that a caller joined during its exchange", async () => {
    installFakeTimers();
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    await source.getToken();
    const response = deferred<Response>();
    tenant.onExchange = number => (number === 2 ? response.promise : tokenResponse(number));
    const events = recordEvents(source);
    tenant.clock.advance(HOUR - 31 * SECOND);
    await expect(source.getToken()).resolves.toBe("token-1");
    await waitFor(() => tenant.exchanges.length === 2);
    tenant.clock.advance(2 * SECOND);
    const token = source.getToken();
    await flush();
    response.resolve(new Response(null, { status: 503 }));
    await advanceUntil(() => tenant.exchanges.length === 3);
    await expect(token).resolves.toBe("token-3");
    expect(events.flatMap(event => (event.type === "exchange-started" ? [event.attempt] : []))).toEqual([1, 2]);
    expect(events.some(({ type }) => type === "renewal-backoff")).toBe(false);
  });

  test("rejects immediately and clears the timer if the caller aborts during the pause", async () => {
    installFakeTimers();
    const tenant = stubTenant();
    tenant.onExchange = () => new Response(null, { status: 429, headers: { "Retry-After": "50" } });
    const controller = new AbortController();
    const source = createTokenSource(tenant.options);
    const events = recordEvents(source);
    const error = thrownBy(() => source.getToken({ signal: controller.signal }));
    await waitFor(() => events.some(({ type }) => type === "exchange-failed"));
    await flush();
    expect(vi.getTimerCount()).toBe(1);
    controller.abort(new Error("changed my mind"));
    expect(await error).toMatchObject({ message: "changed my mind" });
    await waitFor(() => vi.getTimerCount() === 0);
    await flush();
    expect(vi.getTimerCount()).toBe(0);
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("rejects and clears the timer if the token source is closed during the pause", async () => {
    installFakeTimers();
    const tenant = stubTenant();
    tenant.onExchange = () => new Response(null, { status: 503, headers: { "Retry-After": "50" } });
    const source = createTokenSource(tenant.options);
    const events = recordEvents(source);
    const error = thrownBy(() => source.getToken());
    await waitFor(() => events.some(({ type }) => type === "exchange-failed"));
    await flush();
    source.close();
    expect(await error).toMatchObject({ code: "closed" });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("rejected credentials", () => {
  const rejecting = (overrides: Partial<AuthOptions> = {}): { tenant: Tenant; source: TokenSource } => {
    const tenant = stubTenant(overrides);
    tenant.onExchange = () => json({ error: "invalid_client" }, { status: 401 });
    return { tenant, source: createTokenSource(tenant.options) };
  };

  test("remembers rejected credentials for a minute, in which a thousand calls send nothing", async () => {
    const { tenant, source } = rejecting();
    const error = await thrownBy(() => source.getToken());
    tenant.clock.advance(59 * SECOND);
    const errors = await Promise.all(times(1000, () => thrownBy(() => source.getToken())));
    expect(new Set(errors)).toEqual(new Set([error]));
    expect(tenant.exchanges).toHaveLength(1);
    expect(String(error)).toContain("clientSecret (QBENCH_CLIENT_SECRET)");
    expect(String(error)).not.toContain(CLIENT_SECRET);
  });

  test("sends exactly one exchange a minute after the credentials were rejected", async () => {
    const { tenant, source } = rejecting();
    await thrownBy(() => source.getToken());
    tenant.clock.advance(MINUTE);
    await Promise.all(times(100, () => thrownBy(() => source.getToken())));
    expect(tenant.exchanges).toHaveLength(2);
  });

  test.skipIf(isBrowser)("sends an exchange as soon as the clientSecret function returns a new secret", async () => {
    let secret = "the-old-secret-0123456789abcdef0123";
    const { tenant, source } = rejecting({ clientSecret: () => secret });
    await thrownBy(() => source.getToken());
    await thrownBy(() => source.getToken());
    expect(tenant.exchanges).toHaveLength(1);
    tenant.onExchange = number => tokenResponse(number);
    secret = "the-new-secret-0123456789abcdef0123";
    await expect(Promise.all(times(10, () => source.getToken()))).resolves.toEqual(times(10, () => "token-2"));
  });
});
