import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type AuthOptions,
  createTokenSource,
  memoryTokenStore,
  type TokenEvent,
  type TokenSet,
  type TokenStore,
} from "../src/index.ts";
import { isBrowser } from "./support/runtime.ts";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  deferred,
  json,
  ripen,
  settle,
  stubTenant,
  type Tenant,
  testClock,
  thrownBy,
  times,
  tokenAnswer,
  turn,
  until,
} from "./support/tenant.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KEY = `https://example.qbench.net/qbench/api/v2/auth/token ${CLIENT_ID}`;

const fakeTimers = () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
};

const listen = (source: ReturnType<typeof createTokenSource>): TokenEvent[] => {
  const events: TokenEvent[] = [];
  source.on(event => void events.push(event));
  return events;
};

/** A tenant that knows refresh tokens: each works once, with its cookie. */
function refreshingTenant(overrides: Partial<AuthOptions> = {}) {
  const tenant = stubTenant();
  const spent = new Set<string>();
  const state = {
    reuses: 0,
    refreshes: 0,
    assertions: 0,
    onRefresh: undefined as (() => Promise<Response>) | undefined,
  };
  let number = 0;
  const issue = (): Response => {
    number += 1;
    const headers = new Headers({ "Content-Type": "application/json" });
    headers.append("Set-Cookie", "session=a,b; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/");
    headers.append("Set-Cookie", `jid=cookie-${number}; Max-Age=604800; Path=/qbench/api/v2/auth; HttpOnly`);
    const body = {
      access_token: `token-${number}`,
      token_type: "Bearer",
      expires_in: 3600,
      refresh_token: `refresh-${number}`,
    };
    return new Response(JSON.stringify(body), { headers });
  };
  const fetch = async (request: Request): Promise<Response> => {
    const form = new URLSearchParams(await request.text());
    if (request.url.endsWith("/refresh")) {
      state.refreshes += 1;
      if (state.onRefresh) {
        spent.add(form.get("refresh_token_id") ?? "");
        return state.onRefresh();
      }
      const id = form.get("refresh_token_id") ?? "";
      if (spent.has(id)) state.reuses += 1;
      if (spent.has(id) || request.headers.get("Cookie") !== `jid=cookie-${id.slice("refresh-".length)}`) {
        return json({ error: "invalid_grant" }, { status: 400 });
      }
      spent.add(id);
      return issue();
    }
    state.assertions += 1;
    return issue();
  };
  const options: AuthOptions = { ...tenant.options, fetch, renewal: "refresh-token", ...overrides };
  return { tenant, state, spent, options, issue };
}

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

describe("the moment of renewal", () => {
  test("12. processes that started together renew apart, inside the soft window", async () => {
    vi.restoreAllMocks();
    const instants = await Promise.all(
      times(50, async () => {
        const tenant = stubTenant();
        const source = createTokenSource(tenant.options);
        await source.getToken();
        const events = listen(source);
        tenant.clock.pass(HOUR - 5 * MINUTE - SECOND);
        for (let second = 0; second < 300; second += 1) {
          await source.getToken();
          await turn();
          if (events.some(({ type }) => type === "exchange-started")) return second;
          tenant.clock.pass(SECOND);
        }
        throw new Error("it was not renewed");
      }),
    );
    expect(new Set(instants).size).toBeGreaterThan(10);
    expect(Math.max(...instants)).toBeLessThanOrEqual(101);
  });
});

describe("a clock that jumps", () => {
  test("33. two hours ahead: the token is renewed", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.clock.pass(2 * HOUR);
    await expect(source.getToken()).resolves.toBe("token-2");
  });

  test("33. two hours back: the token lives no longer than its hour", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.clock.pass(-2 * HOUR);
    await expect(source.getToken()).resolves.toBe("token-1");
    tenant.clock.pass(HOUR - 10 * SECOND);
    await expect(source.getToken()).resolves.toBe("token-2");
  });

  test("33. the monotonic clock counts where the wall clock was set back unseen", async () => {
    const tenant = stubTenant();
    let monotonic = 5;
    const clock = { now: tenant.clock.now, monotonic: () => monotonic };
    const source = createTokenSource({ ...tenant.options, clock });
    await source.getToken();
    monotonic += HOUR;
    await expect(source.getToken()).resolves.toBe("token-2");
  });

  test("34. after a sleep without a network the calls fail, and recover with it", async () => {
    fakeTimers();
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.clock.pass(3 * HOUR);
    tenant.onExchange = () => {
      throw new TypeError("fetch failed");
    };
    const error = thrownBy(() => source.getToken());
    await ripen(() => tenant.exchanges.length === 5);
    expect(await error).toMatchObject({ code: "connection_failed" });
    tenant.onExchange = number => tokenAnswer(number);
    await expect(source.getToken()).resolves.toBe("token-6");
  });
});

describe("renewal by refresh token", () => {
  test.skipIf(isBrowser)("36. and 38. token and cookie are replaced together, and none is sent twice", async () => {
    const { options, state, tenant } = refreshingTenant();
    const source = createTokenSource(options);
    for (let hour = 0; hour < 5; hour += 1) {
      await expect(source.getToken()).resolves.toBe(`token-${hour + 1}`);
      tenant.clock.pass(HOUR);
    }
    expect(state).toMatchObject({ assertions: 1, refreshes: 4, reuses: 0 });
  });

  test.skipIf(isBrowser).each([
    ["the refresh token", { refresh_token: undefined }, "jid=cookie-9"],
    ["the cookie", {}, "other=1"],
    ["a cookie that can be sent", {}, "jid=bad value"],
  ])("37. an answer without %s is renewed by an assertion", async (_, fields, cookie) => {
    const { options, state, tenant } = refreshingTenant();
    const source = createTokenSource(options);
    await source.getToken();
    tenant.clock.pass(HOUR);
    state.onRefresh = async () => {
      const answer = tokenAnswer(9, fields);
      answer.headers.append("Set-Cookie", cookie);
      return answer;
    };
    await expect(source.getToken()).resolves.toBe("token-9");
    tenant.clock.pass(HOUR);
    await source.getToken();
    expect(state).toMatchObject({ assertions: 2, refreshes: 1 });
  });

  test.each([400, 401])(
    "39. one that is refused (%d) is dropped and replaced by an assertion in the same flight",
    async status => {
      const { options, state, tenant } = refreshingTenant();
      const source = createTokenSource(options);
      await source.getToken();
      tenant.clock.pass(HOUR);
      state.onRefresh = async () => json({ error: "invalid_grant" }, { status });
      await expect(Promise.all(times(10, () => source.getToken()))).resolves.toEqual(times(10, () => "token-2"));
      expect(state).toMatchObject({ assertions: 2, refreshes: 1 });
    },
  );

  test("40. one whose answer never came is not sent again", async () => {
    const { options, state, tenant } = refreshingTenant();
    const source = createTokenSource(options);
    await source.getToken();
    tenant.clock.pass(HOUR);
    state.onRefresh = async () => {
      throw new TypeError("socket hang up");
    };
    await expect(source.getToken()).resolves.toBe("token-2");
    state.onRefresh = undefined;
    tenant.clock.pass(HOUR);
    await expect(source.getToken()).resolves.toBe("token-3");
    expect(state).toMatchObject({ refreshes: 2, reuses: 0 });
  });

  test("41. a spent one, left by a crash, is refused once and costs the caller nothing", async () => {
    const store = memoryTokenStore();
    const { options, state, spent, tenant } = refreshingTenant({ store });
    spent.add("refresh-7");
    const at = tenant.clock.now();
    await store.set(KEY, {
      accessToken: "old",
      tokenType: "Bearer",
      issuedAt: at - HOUR,
      expiresAt: at,
      refreshToken: "refresh-7",
      refreshCookie: "cookie-7",
      refreshExpiresAt: at + DAY,
    });
    await expect(createTokenSource(options).getToken()).resolves.toBe("token-1");
    expect(state).toMatchObject({ refreshes: 1, assertions: 1 });
  });

  test.skipIf(isBrowser)("42. its record is gone from the store before it is sent", async () => {
    const store = memoryTokenStore();
    const { options, state, tenant, issue } = refreshingTenant({ store });
    const source = createTokenSource(options);
    await source.getToken();
    tenant.clock.pass(HOUR);
    let seen: TokenSet | undefined | "nothing" = "nothing";
    state.onRefresh = async () => {
      seen = await store.get(KEY);
      return issue();
    };
    await source.getToken();
    expect(seen).toBeUndefined();
    expect(await store.get(KEY)).toMatchObject({
      accessToken: "token-2",
      refreshToken: "refresh-2",
      refreshCookie: "cookie-2",
    });
  });

  test("44. a record that is newer than the refused one is adopted", async () => {
    const memory = memoryTokenStore();
    const { lock: _, ...store } = memory;
    const { options, state, tenant } = refreshingTenant({ store });
    const source = createTokenSource(options);
    await source.getToken();
    tenant.clock.pass(HOUR);
    state.onRefresh = async () => {
      const at = tenant.clock.now();
      await store.set(KEY, { accessToken: "theirs", tokenType: "Bearer", issuedAt: at, expiresAt: at + HOUR });
      return json({ error: "invalid_grant" }, { status: 400 });
    };
    await expect(source.getToken()).resolves.toBe("theirs");
    expect(state.assertions).toBe(1);
  });

  test("46. one older than seven days is not sent", async () => {
    const { options, state, tenant } = refreshingTenant();
    const source = createTokenSource(options);
    await source.getToken();
    tenant.clock.pass(7 * DAY);
    await source.getToken();
    expect(state).toMatchObject({ refreshes: 0, assertions: 2 });
  });

  test.skipIf(isBrowser)("47. seven days of hourly renewal use no token twice", async () => {
    const { options, state, tenant } = refreshingTenant();
    const source = createTokenSource(options);
    for (let hour = 0; hour < 7 * 24; hour += 1) {
      await source.getToken();
      tenant.clock.pass(HOUR);
    }
    expect(state).toMatchObject({ assertions: 1, refreshes: 167, reuses: 0 });
  });

  test("a source that renews by assertion keeps no refresh token", async () => {
    const store = memoryTokenStore();
    const { options } = refreshingTenant({ store, renewal: "assertion" });
    await createTokenSource(options).getToken();
    expect(Object.keys((await store.get(KEY)) ?? {}).sort()).toEqual([
      "accessToken",
      "expiresAt",
      "issuedAt",
      "tokenType",
    ]);
  });
});

describe("a shared store", () => {
  test("45. twenty processes make one exchange for each life of a token", async () => {
    const store = memoryTokenStore();
    const tenant = stubTenant();
    const sources = times(20, () => createTokenSource({ ...tenant.options, store }));
    for (let life = 1; life <= 3; life += 1) {
      const tokens = await Promise.all(sources.map(source => source.getToken()));
      expect(new Set(tokens)).toEqual(new Set([`token-${life}`]));
      tenant.clock.pass(HOUR);
    }
    expect(tenant.exchanges).toHaveLength(3);
  });

  test("45. without a lock all of them get a token all the same", async () => {
    const { lock: _, ...store } = memoryTokenStore();
    const tenant = stubTenant();
    const sources = times(5, () => createTokenSource({ ...tenant.options, store }));
    expect(await Promise.all(sources.map(source => source.getToken()))).toHaveLength(5);
  });

  test("a token that the API refused is not taken from the store again", async () => {
    const store = memoryTokenStore();
    const tenant = stubTenant();
    const [one, two] = [
      createTokenSource({ ...tenant.options, store }),
      createTokenSource({ ...tenant.options, store }),
    ];
    await one.getToken();
    await two.getToken();
    one.reject("token-1");
    await expect(one.getToken()).resolves.toBe("token-2");
    two.reject("token-1");
    await expect(two.getToken()).resolves.toBe("token-2");
    expect(tenant.exchanges).toHaveLength(2);
  });

  test.each([
    [
      "an error's name and code",
      Object.assign(new RangeError("sentinel"), { code: "ECONNRESET" }),
      "RangeError ECONNRESET",
    ],
    ["the code of its cause", new Error("sentinel", { cause: { code: "ENOTFOUND" } }), "Error ENOTFOUND"],
    ["no name that could be a text", Object.assign(new Error("sentinel"), { name: "sentinel 1" }), "Error"],
    ["no code that could be a text", Object.assign(new Error("sentinel"), { code: "sentinel" }), "Error"],
    ["no code that is a number", Object.assign(new Error("sentinel"), { code: 5 }), "Error"],
    ["nothing of what is no error", "sentinel", "Error"],
    ["nothing of nothing", null, "Error"],
  ])("66. of a store's failure the event tells %s", async (_, thrown, reason) => {
    const fail = () => Promise.reject(thrown);
    const tenant = stubTenant();
    const source = createTokenSource({ ...tenant.options, store: { get: fail, set: fail, delete: fail } });
    const events = listen(source);
    await source.getToken();
    expect(events.filter(({ type }) => type === "store-failed")).toEqual([
      { type: "store-failed", operation: "get", reason },
      { type: "store-failed", operation: "get", reason },
      { type: "store-failed", operation: "set", reason },
    ]);
  });

  test("a record without its time of issue lives from when it is read", async () => {
    const store = memoryTokenStore();
    const tenant = stubTenant({ store });
    await store.set(KEY, { accessToken: "kept", tokenType: "Bearer", expiresAt: tenant.clock.now() + 100 * SECOND });
    const source = createTokenSource(tenant.options);
    await expect(source.getToken()).resolves.toBe("kept");
    tenant.clock.pass(94 * SECOND);
    await expect(source.getToken()).resolves.toBe("kept");
    await until(() => tenant.exchanges.length === 1);
  });

  test("a record that is in its soft window is good for who waits, and no more for a renewal behind the callers", async () => {
    const store = memoryTokenStore();
    const tenant = stubTenant({ store });
    const expiresAt = tenant.clock.now() + 2 * MINUTE;
    await store.set(KEY, { accessToken: "old", tokenType: "Bearer", issuedAt: expiresAt - HOUR, expiresAt });
    const source = createTokenSource(tenant.options);
    await expect(source.getToken()).resolves.toBe("old");
    expect(tenant.exchanges).toHaveLength(0);
    await expect(source.getToken()).resolves.toBe("old");
    await until(() => tenant.exchanges.length === 1);
    await settle();
    await expect(source.getToken()).resolves.toBe("token-1");
  });

  test("9. a caller that comes while a renewal behind the callers is giving up gets a token, not its failure", async () => {
    const gate = deferred<void>();
    const { lock: _, ...memory } = memoryTokenStore();
    let isSlow = false;
    const store: TokenStore = {
      ...memory,
      // As a lock in Redis, which takes a moment to be given back.
      async lock(_key, run) {
        const result = await run();
        if (isSlow) await gate.promise;
        return result;
      },
    };
    const tenant = stubTenant({ store });
    const source = createTokenSource(tenant.options);
    await source.getToken();
    const events = listen(source);
    isSlow = true;
    tenant.onExchange = number => {
      if (number === 2) throw new TypeError("fetch failed");
      return tokenAnswer(number);
    };
    tenant.clock.pass(HOUR - 31 * SECOND);
    await expect(source.getToken()).resolves.toBe("token-1");
    await until(() => tenant.exchanges.length === 2);
    await settle();
    tenant.clock.pass(2 * SECOND);
    const token = source.getToken();
    await until(() => tenant.exchanges.length === 3);
    gate.resolve();
    await expect(token).resolves.toBe("token-3");
    await settle();
    await expect(source.getToken()).resolves.toBe("token-3");
    // What the newer has brought counts.
    expect(events.some(({ type }) => type === "renewal-backoff")).toBe(false);
  });

  test("a record whose token the API refused is taken out, whatever becomes of the renewal", async () => {
    const store = memoryTokenStore();
    const tenant = stubTenant({ store });
    const source = createTokenSource(tenant.options);
    await source.getToken();
    source.reject("token-1");
    tenant.onExchange = () => json({ error: "invalid_client" }, { status: 401 });
    await thrownBy(() => source.getToken());
    await expect(store.get(KEY)).resolves.toBeUndefined();
  });

  test("a record that has only grown old stays until there is another", async () => {
    const store = memoryTokenStore();
    const tenant = stubTenant({ store });
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.clock.pass(HOUR);
    tenant.onExchange = () => json({ error: "invalid_client" }, { status: 401 });
    await thrownBy(() => source.getToken());
    await expect(store.get(KEY)).resolves.toMatchObject({ accessToken: "token-1" });
  });

  test("a refresh token that another process has taken is not sent", async () => {
    const { options, state, tenant } = refreshingTenant();
    const store = memoryTokenStore();
    const source = createTokenSource({ ...options, store: { ...store, delete: async () => false } });
    await source.getToken();
    tenant.clock.pass(HOUR);
    await source.getToken();
    expect(state).toMatchObject({ refreshes: 0, assertions: 2 });
  });

  test("43. a store that fails in everything fails no call, and says so in events", async () => {
    const fail = async (): Promise<never> => {
      throw Object.assign(new Error("sentinel-of-the-store"), { code: "ECONNREFUSED" });
    };
    const tenant = stubTenant();
    const source = createTokenSource({ ...tenant.options, store: { get: fail, set: fail, delete: fail, lock: fail } });
    const events = listen(source);
    await expect(source.getToken()).resolves.toBe("token-1");
    const failures = events.filter(event => event.type === "store-failed");
    expect(failures.map(({ operation }) => operation)).toEqual(["get", "lock", "set"]);
    expect(JSON.stringify(events)).not.toContain("sentinel");
    expect(failures[0]?.reason).toBe("Error ECONNREFUSED");
  });

  test("a store without its lock renews nothing behind the callers, and cools down", async () => {
    const store = { ...memoryTokenStore(), lock: async (): Promise<never> => Promise.reject(new Error("no lock")) };
    const tenant = stubTenant();
    const source = createTokenSource({ ...tenant.options, store });
    await source.getToken();
    tenant.clock.pass(HOUR - 4 * MINUTE);
    const events = listen(source);
    await expect(source.getToken()).resolves.toBe("token-1");
    await settle();
    expect(tenant.exchanges).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: "renewal-backoff", error: { code: "store_unavailable" } });
  });

  test("a store that hangs is waited for a while only", async () => {
    fakeTimers();
    const never = () => new Promise<never>(() => {});
    const tenant = stubTenant();
    const source = createTokenSource({
      ...tenant.options,
      store: { get: never, set: never, delete: never, lock: never },
    });
    const token = source.getToken();
    await ripen(() => tenant.exchanges.length === 1);
    await ripen(() => vi.getTimerCount() === 0);
    await expect(token).resolves.toBe("token-1");
  });

  test.each([
    undefined,
    null,
    "text",
    {},
    { accessToken: "a\r\nb", expiresAt: 9e15 },
    { accessToken: "ok", expiresAt: "9" },
  ])("a record that is none (%j) is none", async record => {
    const store = { ...memoryTokenStore(), get: async () => record as unknown as TokenSet };
    const tenant = stubTenant();
    await expect(createTokenSource({ ...tenant.options, store }).getToken()).resolves.toBe("token-1");
  });

  test("48. a renewal behind the callers is handed to the platform", async () => {
    const tenant = stubTenant();
    const handed: Promise<void>[] = [];
    const source = createTokenSource({ ...tenant.options, waitUntil: renewal => void handed.push(renewal) });
    await source.getToken();
    tenant.clock.pass(HOUR - 4 * MINUTE);
    await source.getToken();
    expect(handed).toHaveLength(1);
    await handed[0];
    await expect(source.getToken()).resolves.toBe("token-2");
  });
});

describe("attempts", () => {
  const answers: [string, () => Response][] = [
    ["500", () => new Response(null, { status: 500 })],
    ["502", () => new Response(null, { status: 502 })],
    ["503", () => new Response(null, { status: 503 })],
    [
      "a broken connection",
      () => {
        throw new TypeError("fetch failed");
      },
    ],
  ];
  test.skipIf(isBrowser).each(answers)(
    "51. after %s another is made, with an assertion of its own",
    async (_, fail) => {
      fakeTimers();
      const tenant = stubTenant();
      tenant.onExchange = number => {
        tenant.clock.pass(SECOND);
        return number < 3 ? fail() : tokenAnswer(number);
      };
      const token = createTokenSource(tenant.options).getToken();
      await ripen(() => tenant.exchanges.length === 3);
      await expect(token).resolves.toBe("token-3");
      expect(new Set(tenant.exchanges.map(({ form }) => form.get("assertion"))).size).toBe(3);
    },
  );

  test("50. QBench's text says how long to wait, too", async () => {
    fakeTimers();
    const tenant = stubTenant();
    tenant.onExchange = number =>
      number === 1
        ? json(
            { error_description: "ratelimit exceeded 300 per 60 seconds [current count: 301. Retry in 2 seconds]" },
            { status: 429 },
          )
        : tokenAnswer(number);
    const token = createTokenSource(tenant.options).getToken();
    await settle();
    await vi.advanceTimersByTimeAsync(1999);
    await settle();
    expect(tenant.exchanges).toHaveLength(1);
    await ripen(() => tenant.exchanges.length === 2);
    await expect(token).resolves.toBe("token-2");
  });

  test("50. whoever is asked to wait longer than a minute is told so at once, and nothing is sent meanwhile", async () => {
    const tenant = stubTenant();
    tenant.onExchange = () => new Response(null, { status: 429, headers: { "Retry-After": "120" } });
    const source = createTokenSource(tenant.options);
    expect(await thrownBy(() => source.getToken())).toMatchObject({ code: "rate_limited", retryAfterMs: 120_000 });
    tenant.clock.pass(119 * SECOND);
    await thrownBy(() => source.getToken());
    expect(tenant.exchanges).toHaveLength(1);
    tenant.clock.pass(SECOND);
    await thrownBy(() => source.getToken());
    expect(tenant.exchanges).toHaveLength(2);
  });

  test("50. a pause that the server asked of a renewal behind the callers' backs is waited for by those who come next", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.onExchange = number =>
      number === 2 ? new Response(null, { status: 429, headers: { "Retry-After": "50" } }) : tokenAnswer(number);
    const events = listen(source);
    tenant.clock.pass(HOUR - 31 * SECOND);
    await expect(source.getToken()).resolves.toBe("token-1");
    await until(() => events.some(({ type }) => type === "renewal-backoff"));
    expect(events.at(-1)).toMatchObject({ backgroundMs: 50 * SECOND, waitMs: 50 * SECOND, failFastMs: 0 });

    fakeTimers();
    tenant.clock.pass(20 * SECOND);
    const controller = new AbortController();
    const leaver = thrownBy(() => source.getToken({ signal: controller.signal }));
    await until(() => vi.getTimerCount() === 1);
    controller.abort(new Error("enough"));
    expect(await leaver).toMatchObject({ message: "enough" });
    await until(() => vi.getTimerCount() === 0);
    const patient = source.getToken();
    await until(() => vi.getTimerCount() === 1);
    await vi.advanceTimersByTimeAsync(29_999);
    await settle();
    expect(tenant.exchanges).toHaveLength(2);
    await ripen(() => tenant.exchanges.length === 3);
    await expect(patient).resolves.toBe("token-3");
    expect(events.filter(({ type }) => type === "renewal-backoff")).toHaveLength(1);
  });

  test("61. an abort during the pause rejects at once and clears the timer", async () => {
    fakeTimers();
    const tenant = stubTenant();
    tenant.onExchange = () => new Response(null, { status: 429, headers: { "Retry-After": "50" } });
    const controller = new AbortController();
    const source = createTokenSource(tenant.options);
    const events = listen(source);
    const error = thrownBy(() => source.getToken({ signal: controller.signal }));
    await until(() => events.some(({ type }) => type === "exchange-failed"));
    await settle();
    expect(vi.getTimerCount()).toBe(1);
    controller.abort(new Error("changed my mind"));
    expect(await error).toMatchObject({ message: "changed my mind" });
    await until(() => vi.getTimerCount() === 0);
    await settle();
    expect(vi.getTimerCount()).toBe(0);
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("61. and 63. closing during the pause rejects at once and clears the timer", async () => {
    fakeTimers();
    const tenant = stubTenant();
    tenant.onExchange = () => new Response(null, { status: 503, headers: { "Retry-After": "50" } });
    const source = createTokenSource(tenant.options);
    const events = listen(source);
    const error = thrownBy(() => source.getToken());
    await until(() => events.some(({ type }) => type === "exchange-failed"));
    await settle();
    source.close();
    expect(await error).toMatchObject({ code: "closed" });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a refusal", () => {
  const refusing = (
    overrides: Partial<AuthOptions> = {},
  ): { tenant: Tenant; source: ReturnType<typeof createTokenSource> } => {
    const tenant = stubTenant(overrides);
    tenant.onExchange = () => json({ error: "invalid_client" }, { status: 401 });
    return { tenant, source: createTokenSource(tenant.options) };
  };

  test("52. of the credentials stands for a minute: a thousand calls send nothing", async () => {
    const { tenant, source } = refusing();
    const error = await thrownBy(() => source.getToken());
    tenant.clock.pass(59 * SECOND);
    const errors = await Promise.all(times(1000, () => thrownBy(() => source.getToken())));
    expect(new Set(errors)).toEqual(new Set([error]));
    expect(tenant.exchanges).toHaveLength(1);
    expect(String(error)).toContain("clientSecret (QBENCH_CLIENT_SECRET)");
    expect(String(error)).not.toContain(CLIENT_SECRET);
  });

  test("53. ends with exactly one probe", async () => {
    const { tenant, source } = refusing();
    await thrownBy(() => source.getToken());
    tenant.clock.pass(MINUTE);
    await Promise.all(times(100, () => thrownBy(() => source.getToken())));
    expect(tenant.exchanges).toHaveLength(2);
  });

  test.skipIf(isBrowser)("53. is over as soon as the function for the secret gives another", async () => {
    let secret = "the-old-secret-0123456789abcdef0123";
    const { tenant, source } = refusing({ clientSecret: () => secret });
    await thrownBy(() => source.getToken());
    await thrownBy(() => source.getToken());
    expect(tenant.exchanges).toHaveLength(1);
    tenant.onExchange = number => tokenAnswer(number);
    secret = "the-new-secret-0123456789abcdef0123";
    await expect(Promise.all(times(10, () => source.getToken()))).resolves.toEqual(times(10, () => "token-2"));
  });
});

describe("assertions made elsewhere", () => {
  test("are asked for, for each exchange, and sent as they are", async () => {
    const assertion = vi.fn(async () => "aa.bb.cc");
    const { clientSecret: _, ...options } = stubTenant().options;
    const tenant = stubTenant();
    const source = createTokenSource({ ...options, fetch: tenant.fetch, assertion });
    await source.getToken();
    expect(tenant.exchanges[0]?.form.get("assertion")).toBe("aa.bb.cc");
  });

  test.each([
    ["fails", async () => Promise.reject(new TypeError("sentinel-cause"))],
    ["gives no JWT", async () => "<html>"],
  ])("when the function %s, the error says so and nothing is sent", async (_, assertion) => {
    const tenant = stubTenant({ clientSecret: undefined, assertion });
    const error = await thrownBy(() => createTokenSource(tenant.options).getToken());
    expect(error).toMatchObject({ code: "assertion_failed", message: expect.stringContaining("assertion:") });
    expect(String(error)).not.toContain("sentinel");
    expect(tenant.exchanges).toHaveLength(0);
  });

  test.skipIf(isBrowser)("a secret and assertions together are refused", () => {
    const tenant = stubTenant({ assertion: async () => "a.b.c" });
    expect(() => createTokenSource(tenant.options)).toThrow("give one of them, not both");
  });
});

describe("events", () => {
  test("67. a listener that throws or calls back changes nothing", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    const again: Promise<string>[] = [];
    source.on(() => {
      again.push(source.getToken());
      throw new Error("a bad listener");
    });
    await expect(source.getToken()).resolves.toBe("token-1");
    expect(new Set(await Promise.all(again))).toEqual(new Set(["token-1"]));
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("tell of a refusal whether it was the token in use, and whether the call is repeated", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    await source.getToken();
    const events = listen(source);
    source.reject("older");
    source.reject("token-1");
    source.reject("token-1", { willReplay: true });
    expect(events).toEqual([
      { type: "token-rejected", isCurrent: false, willReplay: false },
      { type: "token-rejected", isCurrent: true, willReplay: false },
      { type: "token-rejected", isCurrent: false, willReplay: true },
    ]);
  });

  test("tell how long an exchange took and its token lives", async () => {
    const tenant = stubTenant();
    tenant.onExchange = number => {
      tenant.clock.pass(2500);
      return tokenAnswer(number);
    };
    const source = createTokenSource(tenant.options);
    const events = listen(source);
    await source.getToken();
    expect(events).toEqual([
      { type: "exchange-started", grant: "jwt-bearer", attempt: 1 },
      { type: "exchange-succeeded", grant: "jwt-bearer", attempt: 1, durationMs: 2500, lifetimeMs: HOUR },
    ]);
  });

  test("66. tell what happens, and no secret", async () => {
    const { options, state, tenant } = refreshingTenant();
    const source = createTokenSource(options);
    const events = listen(source);
    await source.getToken();
    source.reject("token-1");
    tenant.clock.pass(HOUR);
    state.onRefresh = async () =>
      json({ error: "invalid_grant", error_description: "refresh-1 cookie-1" }, { status: 400 });
    await source.getToken();
    expect(events.map(({ type }) => type)).toEqual([
      "exchange-started",
      "exchange-succeeded",
      "token-rejected",
      "exchange-started",
      "exchange-failed",
      "exchange-started",
      "exchange-succeeded",
    ]);
    expect(JSON.stringify(events)).not.toMatch(/token-\d|refresh-\d|cookie-\d|sentinel/);
  });

  test("a listener that is taken off hears no more", async () => {
    const source = createTokenSource(stubTenant().options);
    const heard = vi.fn();
    source.on(heard)();
    await source.getToken();
    expect(heard).not.toHaveBeenCalled();
  });
});

test("a renewal under way when the source is closed keeps nothing", async () => {
  const tenant = stubTenant();
  const answer = deferred<Response>();
  tenant.onExchange = () => answer.promise;
  const source = createTokenSource({ ...tenant.options, clock: testClock() });
  const error = thrownBy(() => source.getToken());
  await settle();
  source.close();
  answer.resolve(tokenAnswer(1));
  expect(await error).toMatchObject({ code: "closed" });
});
