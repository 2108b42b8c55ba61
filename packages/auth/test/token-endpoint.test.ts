import { beforeEach, describe, expect, test, vi } from "vitest";
import { createTokenSource, QBenchAuthError } from "../src/index.ts";
import {
  advanceUntil,
  CLIENT_SECRET,
  flush,
  installFakeTimers,
  json,
  ORIGIN,
  stubTenant,
  thrownBy,
  tokenResponse,
  waitFor,
  withFakeTimers,
} from "./support/tenant.ts";

describe("a token request", () => {
  test("sends the documented urlencoded form", async () => {
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

  test("sends a multipart form if tokenEncoding says so", async () => {
    const tenant = stubTenant({ tokenEncoding: "multipart" });
    await createTokenSource(tenant.options).getToken();
    const form = await tenant.exchanges[0]?.request.formData();
    expect([...(form?.keys() ?? [])]).toEqual(["grant_type", "assertion"]);
  });

  test("sends the request to the tokenPath", async () => {
    const tenant = stubTenant({ tokenPath: "/qbench/oauth2/v1/token" });
    await createTokenSource(tenant.options).getToken();
    expect(tenant.exchanges[0]?.request.url).toBe(`${ORIGIN}/qbench/oauth2/v1/token`);
  });

  test("uses the global fetch of the time of the request", async () => {
    const tenant = stubTenant({ fetch: undefined });
    const source = createTokenSource(tenant.options);
    vi.stubGlobal("fetch", tenant.fetch);
    await expect(source.getToken()).resolves.toBe("token-1");
    vi.unstubAllGlobals();
  });
});

describe("a token response", () => {
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
    ["an access_token with a line break", () => tokenResponse(1, { access_token: "sentinel\r\nX: 1" })],
    ["an access_token that is not a string", () => tokenResponse(1, { access_token: 17 })],
    ["no token_type", () => tokenResponse(1, { token_type: undefined })],
    ["another token_type", () => tokenResponse(1, { token_type: "mac" })],
    ["a body of 10 MB", () => json({ access_token: "sentinel", token_type: "Bearer", expires_in: 3600, big })],
  ];

  test.each(malformed)("rejects a response with status 200 and %s as malformed", async (_, respond) => {
    const tenant = stubTenant();
    tenant.onExchange = respond;
    const error = await thrownBy(() => createTokenSource(tenant.options).getToken());
    expect(error).toMatchObject({ name: "QBenchAuthError", code: "malformed_response", status: 200 });
    expect((error as Error).message).not.toMatch(/sentinel|\n/);
  });

  test("reads about 64 KiB of a body that does not end", async () => {
    const tenant = stubTenant();
    let sent = 0;
    const canceled = vi.fn();
    tenant.onExchange = () =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            sent += 16 * 1024;
            controller.enqueue(new Uint8Array(16 * 1024).fill(32));
          },
          cancel: canceled,
        }),
      );
    const error = await thrownBy(() => createTokenSource(tenant.options).getToken());
    expect(error).toMatchObject({ code: "malformed_response" });
    expect(sent).toBeLessThanOrEqual(128 * 1024);
    expect(canceled).toHaveBeenCalled();
  });

  test("reports the error in a response with status 200", async () => {
    const tenant = stubTenant();
    tenant.onExchange = () => json({ error: "invalid_grant", error_description: "sentinel" });
    const error = await thrownBy(() => createTokenSource(tenant.options).getToken());
    expect(error).toMatchObject({ code: "invalid_grant", status: 200 });
  });

  test("accepts any case of the token type and an extra key", async () => {
    const tenant = stubTenant();
    tenant.onExchange = () => tokenResponse(1, { token_type: "bearer", qbdf8e: "00ff" });
    await expect(createTokenSource(tenant.options).getToken()).resolves.toBe("token-1");
  });

  const rejections: [number, unknown, string][] = [
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
  test.each(rejections)("reads a response with status %d and the body %j as %s", async (status, body, code) => {
    const tenant = stubTenant();
    tenant.onExchange = () =>
      body === undefined ? new Response("<html>sentinel", { status }) : json(body, { status });
    const error = await thrownBy(() => withFakeTimers(() => createTokenSource(tenant.options).getToken()));
    expect(error).toBeInstanceOf(QBenchAuthError);
    expect(error).toMatchObject({ code, status });
  });

  test("names the settings and the QBench page in the error of rejected credentials, but not the secret", async () => {
    const tenant = stubTenant();
    tenant.onExchange = (_, request) =>
      json({ error: "invalid_client", error_description: `sentinel ${request.url} ${CLIENT_SECRET}` }, { status: 401 });
    const { message } = (await thrownBy(() => createTokenSource(tenant.options).getToken())) as Error;
    expect(message).toBe(
      "clientId (QBENCH_CLIENT_ID), clientSecret (QBENCH_CLIENT_SECRET): the token endpoint rejected the credentials " +
        `(status 401 from ${ORIGIN}/qbench/api/v2/auth/token). ` +
        "Compare them with Configuration > Application > Developer > Settings > API Clients.",
    );
  });

  test.each([
    ["X-QBAPI-Throttle-TTL", "7", 7000],
    ["Retry-After", "2", 2000],
    ["Retry-After", "Mon, 05 Jan 2026 09:00:30 GMT", 30_000],
    ["Retry-After", "Mon, 05 Jan 2026 08:00:00 GMT", 0],
    ["Retry-After", "soon", undefined],
  ])("retries a 429 after the pause in %s: %s", async (name, value, retryAfterMs) => {
    installFakeTimers();
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
    expect({ ...((await error) as object) }).toEqual({
      name: "QBenchAuthError",
      code: "rate_limited",
      status: 429,
      retryAfterMs,
    });
    expect(tenant.exchanges).toHaveLength(2);
  });

  test.each([301, 302, 303, 307, 308])("rejects a redirect (%d) and does not follow it", async status => {
    const tenant = stubTenant();
    tenant.onExchange = () => new Response(null, { status, headers: { Location: "https://attacker.example/" } });
    const error = await thrownBy(() => createTokenSource(tenant.options).getToken());
    expect(error).toMatchObject({ code: "unexpected_redirect", status });
    expect(tenant.exchanges).toHaveLength(1);
    expect(tenant.exchanges[0]?.request.redirect).toBe("manual");
  });

  test("rejects a response for which the fetch in use followed a redirect", async () => {
    const tenant = stubTenant();
    tenant.onExchange = () => Object.defineProperty(tokenResponse(1), "redirected", { value: true });
    await expect(createTokenSource(tenant.options).getToken()).rejects.toMatchObject({ code: "unexpected_redirect" });
  });
});

describe("a failed connection", () => {
  test("names the address and the system code in the error, and nothing else of what fetch threw", async () => {
    const tenant = stubTenant();
    tenant.onExchange = async (_, request) => {
      const cause = Object.assign(new Error(`connect ${await request.text()}`), { code: "ECONNREFUSED" });
      throw new TypeError("fetch failed", { cause });
    };
    const error = await thrownBy(() => withFakeTimers(() => createTokenSource(tenant.options).getToken()));
    expect(error).toMatchObject({ name: "QBenchAuthError", code: "connection_failed" });
    expect((error as Error).message).toBe(
      `baseUrl (QBENCH_URL): could not reach ${ORIGIN} (ECONNREFUSED). Check the network and HTTPS_PROXY.`,
    );
    expect((error as Error).cause).toBeUndefined();
  });

  test.each([
    ["an error", new TypeError("terminated")],
    ["undefined", undefined],
  ])("fails with connection_failed if the response breaks off with %s", async (_, reason) => {
    const tenant = stubTenant();
    tenant.onExchange = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('{"access_'));
            controller.error(reason);
          },
        }),
      );
    await expect(withFakeTimers(() => createTokenSource(tenant.options).getToken())).rejects.toMatchObject({
      code: "connection_failed",
    });
  });
});

describe("the time limit", () => {
  beforeEach(installFakeTimers);

  const hangs: [string, () => Response | Promise<Response>][] = [
    ["before headers", () => new Promise(() => {})],
    ["after headers, within the body", () => new Response(new ReadableStream())],
  ];
  test.each(hangs)("ends an exchange that hangs %s, and leaves no timer", async (_, hang) => {
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
      message: `baseUrl (QBENCH_URL): no complete token response from ${ORIGIN} within 5000 ms. Check the network or raise timeoutMs.`,
    });
    expect(tenant.exchanges[0]?.request.signal.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("leaves no timer after an exchange that ended in time", async () => {
    const tenant = stubTenant();
    await createTokenSource(tenant.options).getToken();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("ends an exchange after 30 s by default", async () => {
    const tenant = stubTenant();
    tenant.onExchange = () => new Promise(() => {});
    const thrown = thrownBy(() => createTokenSource(tenant.options).getToken());
    await waitFor(() => tenant.exchanges.length === 1);
    vi.advanceTimersByTime(30_000);
    expect(await thrown).toMatchObject({ code: "timeout" });
  });
});
