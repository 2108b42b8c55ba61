import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createTokenSource, QBenchAuthError } from "../src/index.ts";
import {
  advanceUntil,
  CLIENT_SECRET,
  flush,
  json,
  ORIGIN,
  stubTenant,
  thrownBy,
  tokenResponse,
  waitFor,
  withFakeTimers,
} from "./support/tenant.ts";

describe("a token request", () => {
  test("is the guide's urlencoded form (guide rule 7)", async () => {
    const tenant = stubTenant();
    await createTokenSource(tenant.options).getToken();
    const [exchange] = tenant.exchanges;
    expect(exchange?.request.url).toBe(`${ORIGIN}/qbench/api/v2/auth/token`);
    expect(exchange?.request.method).toBe("POST");
    expect(exchange?.request.headers.get("Content-Type")).toMatch(/^application\/x-www-form-urlencoded/);
    expect(exchange?.request.headers.get("Authorization")).toBeNull();
    expect([...(exchange?.form.keys() ?? [])]).toEqual(["grant_type", "assertion"]);
    expect(exchange?.form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    expect(exchange?.form.get("assertion")).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  test("is multipart when asked, as the API's document declares", async () => {
    const tenant = stubTenant({ tokenEncoding: "multipart" });
    await createTokenSource(tenant.options).getToken();
    const form = await tenant.exchanges[0]?.request.formData();
    expect([...(form?.keys() ?? [])]).toEqual(["grant_type", "assertion"]);
  });

  test("goes to another path when asked", async () => {
    const tenant = stubTenant({ tokenPath: "/qbench/oauth2/v1/token" });
    await createTokenSource(tenant.options).getToken();
    expect(tenant.exchanges[0]?.request.url).toBe(`${ORIGIN}/qbench/oauth2/v1/token`);
  });

  test("uses the runtime's fetch as it is at that moment", async () => {
    const tenant = stubTenant({ fetch: undefined });
    const source = createTokenSource(tenant.options);
    vi.stubGlobal("fetch", tenant.fetch);
    await expect(source.getToken()).resolves.toBe("token-1");
    vi.unstubAllGlobals();
  });
});

describe("the token endpoint's answer", () => {
  const big = "x".repeat(10 * 1024 * 1024);
  const malformed: [string, () => Response][] = [
    ["HTML", () => new Response("<html>sentinel</html>", { headers: { "Content-Type": "text/html" } })],
    ["an empty body", () => new Response("")],
    ["no body", () => new Response(null)],
    ["truncated JSON", () => new Response('{"access_token":"sentinel')],
    ["an array", () => json([{ access_token: "sentinel", token_type: "Bearer", expires_in: 3600 }])],
    ["null", () => json(null)],
    ["no access_token", () => tokenResponse(1, { access_token: undefined })],
    ["an empty access_token", () => tokenResponse(1, { access_token: "" })],
    ["an access_token that would break the header", () => tokenResponse(1, { access_token: "sentinel\r\nX: 1" })],
    ["an access_token that is no text", () => tokenResponse(1, { access_token: 17 })],
    ["no token_type", () => tokenResponse(1, { token_type: undefined })],
    ["another token_type", () => tokenResponse(1, { token_type: "mac" })],
    ["no expires_in", () => tokenResponse(1, { expires_in: undefined })],
    ["an expires_in of 0", () => tokenResponse(1, { expires_in: 0 })],
    ["a negative expires_in", () => tokenResponse(1, { expires_in: -1 })],
    ["an expires_in that is no number", () => tokenResponse(1, { expires_in: "3600" })],
    ["10 MB", () => json({ access_token: "sentinel", token_type: "Bearer", expires_in: 3600, big })],
  ];

  test.each(malformed)("54. with status 200 and %s is malformed", async (_, answer) => {
    const tenant = stubTenant();
    tenant.onExchange = answer;
    const error = await thrownBy(() => createTokenSource(tenant.options).getToken());
    expect(error).toMatchObject({ name: "QBenchAuthError", code: "malformed_response", status: 200 });
    expect((error as Error).message).not.toMatch(/sentinel|\n/);
  });

  test("54. is read no further than 64 KiB", async () => {
    const tenant = stubTenant();
    let sent = 0;
    const cancelled = vi.fn();
    tenant.onExchange = () =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            sent += 16 * 1024;
            controller.enqueue(new Uint8Array(16 * 1024).fill(32));
          },
          cancel: cancelled,
        }),
      );
    const error = await thrownBy(() => createTokenSource(tenant.options).getToken());
    expect(error).toMatchObject({ code: "malformed_response" });
    expect(sent).toBeLessThanOrEqual(128 * 1024);
    expect(cancelled).toHaveBeenCalled();
  });

  test("54. with status 200 and an error in the body is that error", async () => {
    const tenant = stubTenant();
    tenant.onExchange = () => json({ error: "invalid_grant", error_description: "sentinel" });
    const error = await thrownBy(() => createTokenSource(tenant.options).getToken());
    expect(error).toMatchObject({ code: "invalid_grant", status: 200 });
  });

  test("may write the type in any case and carry a stray key", async () => {
    const tenant = stubTenant();
    tenant.onExchange = () => tokenResponse(1, { token_type: "bearer", qbdf8e: "00ff" });
    await expect(createTokenSource(tenant.options).getToken()).resolves.toBe("token-1");
  });

  const refusals: [number, unknown, string][] = [
    [400, { error: "invalid_grant" }, "invalid_grant"],
    [400, { error: "invalid_request" }, "invalid_request"],
    [401, { error: "invalid_client" }, "invalid_client"],
    [400, { error: "unauthorized_client" }, "unauthorized_client"],
    [400, { error: "unsupported_grant_type" }, "unsupported_grant_type"],
    [400, { error: "invalid_scope" }, "invalid_scope"],
    [401, { error_type: "AuthError" }, "invalid_client"],
    [400, { error: "something_new" }, "rejected_by_server"],
    [404, { error: "not found" }, "rejected_by_server"],
    [500, { error: "invalid_grant" }, "server_error"],
    [503, undefined, "server_error"],
    [429, { error: "ratelimit exceeded" }, "rate_limited"],
  ];
  test.each(refusals)("with status %d and %j is %s", async (status, body, code) => {
    const tenant = stubTenant();
    tenant.onExchange = () =>
      body === undefined ? new Response("<html>sentinel", { status }) : json(body, { status });
    const error = await thrownBy(() => withFakeTimers(() => createTokenSource(tenant.options).getToken()));
    expect(error).toBeInstanceOf(QBenchAuthError);
    expect(error).toMatchObject({ code, status });
  });

  test("52. that refuses the client makes a message that names the setting and where it is, not the secret", async () => {
    const tenant = stubTenant();
    tenant.onExchange = (_, request) =>
      json({ error: "invalid_client", error_description: `sentinel ${request.url} ${CLIENT_SECRET}` }, { status: 401 });
    const { message } = (await thrownBy(() => createTokenSource(tenant.options).getToken())) as Error;
    expect(message).toBe(
      "clientId (QBENCH_CLIENT_ID), clientSecret (QBENCH_CLIENT_SECRET): not accepted, " +
        "see Configuration > Application > Developer > Settings > API Clients " +
        `(status 401 from ${ORIGIN}/qbench/api/v2/auth/token)`,
    );
  });

  test.each([
    ["X-QBAPI-Throttle-TTL", "7", 7000],
    ["Retry-After", "2", 2000],
    ["Retry-After", "Mon, 05 Jan 2026 09:00:30 GMT", 30_000],
    ["Retry-After", "Mon, 05 Jan 2026 08:00:00 GMT", 0],
    ["Retry-After", "soon", undefined],
  ])("50. says how long to wait by %s: %s", async (name, value, retryAfterMs) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const tenant = stubTenant();
    tenant.onExchange = () => json({}, { status: 429, headers: { [name]: value } });
    const error = thrownBy(() => createTokenSource(tenant.options).getToken());
    await waitFor(() => tenant.exchanges.length === 1);
    await flush();
    if (retryAfterMs) {
      await vi.advanceTimersByTimeAsync(retryAfterMs - 1);
      await flush();
      expect(tenant.exchanges).toHaveLength(1);
    }
    await advanceUntil(() => tenant.exchanges.length === 2);
    expect(await error).toMatchObject({ code: "rate_limited", retryAfterMs });
    expect(tenant.exchanges).toHaveLength(2);
  });

  test.each([301, 302, 303, 307, 308])("55. that redirects (%d) is refused and not followed", async status => {
    const tenant = stubTenant();
    tenant.onExchange = () => new Response(null, { status, headers: { Location: "https://attacker.example/" } });
    const error = await thrownBy(() => createTokenSource(tenant.options).getToken());
    expect(error).toMatchObject({ code: "unexpected_redirect", status });
    expect(tenant.exchanges).toHaveLength(1);
    expect(tenant.exchanges[0]?.request.redirect).toBe("manual");
  });

  test("55. is refused when the fetch in use followed a redirect all the same", async () => {
    const tenant = stubTenant();
    tenant.onExchange = () => Object.defineProperty(tokenResponse(1), "redirected", { value: true });
    await expect(createTokenSource(tenant.options).getToken()).rejects.toMatchObject({ code: "unexpected_redirect" });
  });
});

describe("when the token endpoint can't be reached", () => {
  test("the error names the address and the system's code, and holds nothing of what was thrown", async () => {
    const tenant = stubTenant();
    tenant.onExchange = async (_, request) => {
      const cause = Object.assign(new Error(`connect ${await request.text()}`), { code: "ECONNREFUSED" });
      throw new TypeError("fetch failed", { cause });
    };
    const error = await thrownBy(() => withFakeTimers(() => createTokenSource(tenant.options).getToken()));
    expect(error).toMatchObject({ name: "QBenchAuthError", code: "connection_failed" });
    expect((error as Error).message).toBe(`baseUrl (QBENCH_URL): could not reach ${ORIGIN} (ECONNREFUSED)`);
    expect((error as Error).cause).toBeUndefined();
  });

  test("a connection that breaks in the middle of the answer is a network error", async () => {
    const tenant = stubTenant();
    tenant.onExchange = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('{"access_'));
            controller.error(new TypeError("terminated"));
          },
        }),
      );
    await expect(withFakeTimers(() => createTokenSource(tenant.options).getToken())).rejects.toMatchObject({
      code: "connection_failed",
    });
  });
});

describe("the time limit", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const hangs: [string, () => Response | Promise<Response>][] = [
    ["before headers", () => new Promise(() => {})],
    ["after headers, within the body", () => new Response(new ReadableStream())],
  ];
  test.each(hangs)("49. ends an exchange that hangs %s", async (_, hang) => {
    const tenant = stubTenant({ timeoutMs: 5000 });
    tenant.onExchange = hang;
    const thrown = thrownBy(() => createTokenSource(tenant.options).getToken());
    await waitFor(() => tenant.exchanges.length === 1);
    vi.advanceTimersByTime(4999);
    await flush();
    expect(tenant.exchanges[0]?.request.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(await thrown).toMatchObject({
      code: "timeout",
      message: `baseUrl (QBENCH_URL): no complete token from ${ORIGIN} within 5000 ms`,
    });
    expect(tenant.exchanges[0]?.request.signal.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("leaves no timer when the exchange ends in time", async () => {
    const tenant = stubTenant();
    await createTokenSource(tenant.options).getToken();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is 30 s by default", async () => {
    const tenant = stubTenant();
    tenant.onExchange = () => new Promise(() => {});
    const thrown = thrownBy(() => createTokenSource(tenant.options).getToken());
    await waitFor(() => tenant.exchanges.length === 1);
    vi.advanceTimersByTime(30_000);
    expect(await thrown).toMatchObject({ code: "timeout" });
  });
});
