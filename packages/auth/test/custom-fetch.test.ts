import createClient from "openapi-fetch";
import { describe, expect, test } from "vitest";
import { createAuthMiddleware, createTokenSource } from "../src/index.ts";
import {
  CLIENT_SECRET,
  ORDERS,
  ORIGIN,
  stubTenant,
  thrownBy,
  tokenResponse,
  withFakeTimers,
} from "./support/tenant.ts";

const throwing = (error: unknown) => () => {
  throw error;
};
const returning = (value: unknown) => async () => value as Response;

async function readResponse(): Promise<Response> {
  const response = tokenResponse(1);
  await response.text();
  return response;
}

describe("a fetch that fails without a network failure", () => {
  test.each<[string, () => Response | Promise<Response>]>([
    ["throws a TypeError", throwing(new TypeError(`mine ${CLIENT_SECRET}`))],
    ["throws an error about a file", throwing(Object.assign(new Error("no file"), { code: "ENOENT" }))],
    ["returns undefined", returning(undefined)],
    ["returns null", returning(null)],
    ["returns an object without headers", returning({ ok: true, status: 200, text: async () => "{}" })],
    ["returns a response whose body it has read", readResponse],
  ])("fails with fetch_failed after one exchange if fetch %s, without its text", async (_, onExchange) => {
    const tenant = stubTenant();
    tenant.onExchange = onExchange;
    const error = await thrownBy(() => withFakeTimers(() => createTokenSource(tenant.options).getToken()));
    expect(error).toMatchObject({ name: "QBenchAuthError", code: "fetch_failed" });
    expect(String(error)).toMatch(/^QBenchAuthError: fetch: the function /);
    expect(String(error)).not.toContain("mine");
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("fails with advice if fetch takes the Request for a URL, as that of undici does", async () => {
    const tenant = stubTenant();
    tenant.onExchange = throwing(
      new TypeError("Failed to parse URL from [object Request]", { cause: new TypeError("Invalid URL") }),
    );
    const error = await thrownBy(() => withFakeTimers(() => createTokenSource(tenant.options).getToken()));
    expect(error).toMatchObject({ code: "invalid_option" });
    expect(String(error)).toContain("fetch(new Request(request.url, request), init)");
    expect(tenant.exchanges).toHaveLength(1);
  });
});

describe("a connection to the token endpoint that fails", () => {
  test.each<[string, string, object, string, number, string]>([
    ["could not reach", "ECONNREFUSED", { syscall: "connect" }, "connection_failed", 4, "the network and HTTPS_PROXY"],
    [
      "rejected the certificate of",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      {},
      "certificate_rejected",
      1,
      "its certificate and NODE_EXTRA_CA_CERTS",
    ],
    [
      "the proxy refused to connect to",
      "ERR_PROXY_TUNNEL",
      { message: "Proxy refused to open a tunnel: 407 Authentication required" },
      "proxy_rejected",
      1,
      "HTTPS_PROXY and its password",
    ],
    ["lost the connection to", "ECONNRESET", { syscall: "read" }, "connection_failed", 4, "the network"],
  ])(
    "says `%s` with the address, the code %s and advice, in errors of any realm",
    async (problem, code, fields, expected, attempts, advice) => {
      const tenant = stubTenant();
      // An object, because an error of another realm is not an instance of Error.
      const cause = { name: "Error", message: "it failed", code, ...fields };
      tenant.onExchange = throwing({ name: "TypeError", message: "fetch failed", cause });
      const error = await thrownBy(() => withFakeTimers(() => createTokenSource(tenant.options).getToken()));
      expect(error).toMatchObject({ code: expected });
      expect((error as Error).message).toBe(`baseUrl (QBENCH_URL): ${problem} ${ORIGIN} (${code}). Check ${advice}.`);
      expect(tenant.exchanges).toHaveLength(attempts);
    },
  );
});

describe("a response of another implementation", () => {
  /** Has the members of a response, but not its class. */
  const foreign = (response: Response): Response =>
    ({
      status: response.status,
      ok: response.ok,
      headers: response.headers,
      text: () => response.text(),
      clone: () => foreign(response.clone()),
    }) as Response;

  test("gets a token from it", async () => {
    const tenant = stubTenant();
    tenant.onExchange = number => foreign(tokenResponse(number));
    await expect(createTokenSource(tenant.options).getToken()).resolves.toBe("token-1");
  });

  test("gets a token from it without a refresh token, if its headers cannot tell cookies apart", async () => {
    const tenant = stubTenant({ renewal: "refresh-token" });
    tenant.onExchange = number => {
      const response = foreign(tokenResponse(number));
      return { ...response, headers: { get: () => null, has: () => false } } as unknown as Response;
    };
    await expect(createTokenSource(tenant.options).getToken()).resolves.toBe("token-1");
  });

  test("reports its redirect, also if its body is not a web stream", async () => {
    const tenant = stubTenant();
    tenant.onExchange = () =>
      ({ ...foreign(Response.json({}, { status: 302 })), body: { pipe: () => {} } }) as unknown as Response;
    await expect(createTokenSource(tenant.options).getToken()).rejects.toMatchObject({ code: "unexpected_redirect" });
  });

  test.each([401, 400])(
    "replays the request after a rejection with status %i, and returns the response",
    async status => {
      const tenant = stubTenant();
      const bearers: (string | null)[] = [];
      const fetch = async ({ headers }: Request) =>
        foreign(
          bearers.push(headers.get("Authorization")) === 1
            ? Response.json({ error_type: "AuthError" }, { status })
            : Response.json({ data: [] }),
        );
      const client = createClient<Record<string, { get: object }>>({ baseUrl: ORIGIN, fetch });
      client.use(createAuthMiddleware(tenant.options));
      const { data, response } = await client.request("get", ORDERS as never);
      expect(data).toEqual({ data: [] });
      expect(response).toBeInstanceOf(Response);
      expect(bearers).toEqual(["Bearer token-1", "Bearer token-2"]);
    },
  );
});
