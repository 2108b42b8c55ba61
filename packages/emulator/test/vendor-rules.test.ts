import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { base, createTestEmulator, grantType, jidOf } from "./support/client.js";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("API clients (docs/qbench-api.md §2)", () => {
  it("keeps the name, type and CORS origin of a client, and exchanges assertions only for the server-side type", async () => {
    const { emulator, client, exchange } = createTestEmulator({
      clients: [{ name: "Browser", type: "Browser Application", corsOrigin: "https://app.example" }],
    });
    expect(client).toMatchObject({ name: "Browser", type: "Browser Application", corsOrigin: "https://app.example" });
    const rejected = await exchange();
    expect([rejected.status, await rejected.json()]).toMatchObject([400, { error: "unauthorized_client" }]);
    expect(emulator.clients.create().type).toBe("Server-Side Web Application");
  });

  it("makes an id and a secret for a new client, and fills its docs page with a valid assertion", async () => {
    const { emulator, post } = createTestEmulator();
    const client = emulator.clients.create({ name: "Reports", scopes: ["GET /reports*"] });
    expect(client.id).toMatch(uuid);
    expect(client.secret).toHaveLength(64);
    const page = await emulator.fetch(new Request(`${base}/docs/openapi/${client.id}`));
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(await page.text()).toContain("swagger-ui-bundle.js");
    const document = await (await emulator.fetch(new Request(`${base}/docs/openapi/${client.id}/openapi.json`))).json();
    const form = document.components.schemas["AuthenticationSchema.0d0ead6"].properties;
    const response = await post(
      "/qbench/api/v2/auth/token",
      new URLSearchParams({ grant_type: form.grant_type.example, assertion: form.assertion.example }),
    );
    expect(response.status).toBe(200);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(["/qbench/api/v2/auth/token", "/qbench/api/v2/reports"]),
    );
    expect(document.paths).not.toHaveProperty(["/qbench/api/v2/orders"]);
  });

  it("never returns the secret, and rejects assertions that a rotated secret signed", async () => {
    const { emulator, client, exchange, request } = createTestEmulator();
    const shown = JSON.stringify([
      await request("GET", `/api-clients/${client.id}`),
      await request("GET", "/auth/token/info"),
    ]);
    expect(shown).toContain(client.id);
    expect(shown).not.toContain(client.secret);
    const renewed = emulator.clients.rotateSecret(client.id);
    expect((await exchange()).status).toBe(400);
    expect((await exchange({ secret: renewed.secret })).status).toBe(200);
  });
});

describe("assertions (docs/qbench-api.md §3.1)", () => {
  it.each([
    ["another typ", { typ: "at+jwt" }],
    ["a further member", { kid: "1" }],
  ])("rejects an assertion whose header has %s", async (_, header) => {
    const { exchange } = createTestEmulator();
    const rejected = await exchange({ header });
    expect([rejected.status, await rejected.json()]).toMatchObject([400, { error: "invalid_grant" }]);
  });

  it.each([
    [299, 0, 400],
    [300, 0, 200],
    [3600, 0, 200],
    [3601, 0, 400],
    [600, -301, 400],
    [600, -300, 200],
    [600, 300, 200],
    [600, 301, 400],
    [300, -300, 200],
    [300, -301, 400],
    [3600, -300, 200],
  ])(
    "responds to an assertion that lives %i s and was issued %i s from now with %i",
    async (lifetime, offset, status) => {
      const { clock, exchange } = createTestEmulator();
      const response = await exchange({ lifetime, issuedAt: clock.now() / 1000 + offset });
      expect(response.status).toBe(status);
    },
  );

  it("accepts an assertion for all of the second in which it is 300 s old", async () => {
    const { clock, exchange } = createTestEmulator();
    const issuedAt = clock.now() / 1000;
    clock.advance(300_999);
    expect((await exchange({ lifetime: 300, issuedAt })).status).toBe(200);
    clock.advance(1);
    expect(await (await exchange({ lifetime: 300, issuedAt })).json()).toMatchObject({ error: "invalid_grant" });
    expect((await exchange({ lifetime: 600, issuedAt })).status).toBe(400);
  });

  it("rejects an assertion with an unknown sub or without iat", async () => {
    const { exchange } = createTestEmulator();
    expect(await (await exchange({ claims: { sub: "unknown" } })).json()).toMatchObject({
      error: "invalid_client",
    });
    expect(await (await exchange({ claims: { iat: undefined } })).json()).toMatchObject({ error: "invalid_grant" });
  });

  it("rejects an assertion that another secret signed", async () => {
    const { exchange, emulator } = createTestEmulator();
    const rejected = await exchange({ secret: "another secret" });
    expect([rejected.status, await rejected.json()]).toMatchObject([400, { error: "invalid_grant" }]);
    expect(emulator.stats).toMatchObject({ exchanges: 0, rejectedGrants: 1 });
  });
});

describe("token requests (docs/qbench-api.md §3.2)", () => {
  it("exchanges an assertion on both token paths and in both encodings, and rejects other grants and bodies", async () => {
    const { assertion, post } = createTestEmulator();
    const fields = { grant_type: grantType, assertion: await assertion() };
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    for (const path of ["/qbench/api/v2/auth/token", "/qbench/oauth2/v1/token"]) {
      expect((await post(path, new URLSearchParams(fields))).status).toBe(200);
      expect((await post(path, form)).status).toBe(200);
    }
    const invalid = [
      [new URLSearchParams({ ...fields, grant_type: "client_credentials" }), "unsupported_grant_type"],
      [new URLSearchParams({ grant_type: grantType }), "invalid_request"],
      [JSON.stringify(fields), "invalid_request"],
    ] as const;
    for (const [body, error] of invalid) {
      const rejected = await post("/qbench/api/v2/auth/token", body);
      expect([rejected.status, await rejected.json()]).toMatchObject([400, { error }]);
    }
  });

  it("returns an opaque access token for an hour, a refresh token, and the cookie jid", async () => {
    const { exchange } = createTestEmulator();
    const response = await exchange();
    const token = await response.json();
    expect(Object.keys(token)).toEqual(["access_token", "token_type", "expires_in", "refresh_token"]);
    expect(token).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
    expect([token.access_token, token.refresh_token]).toEqual([
      expect.stringMatching(uuid),
      expect.stringMatching(uuid),
    ]);
    expect(decodeJwt(jidOf(response)).jti).toBe(token.refresh_token);
  });

  it("accepts an access token for exactly one hour", async () => {
    const { request, clock } = createTestEmulator();
    expect((await request("GET", "/auth/token/info")).body).toMatchObject({ expires_in: 3600 });
    clock.advance(3600 * 1000 - 1);
    expect((await request("GET", "/orders")).status).toBe(200);
    clock.advance(1);
    expect((await request("GET", "/orders")).status).toBe(400);
  });
});

describe("refresh tokens (docs/qbench-api.md §3.3)", () => {
  it("rejects a refresh whose token and cookie do not belong together", async () => {
    const { exchange, refresh } = createTestEmulator();
    const first = await exchange();
    const { refresh_token } = await first.json();
    const other = await exchange();
    expect((await refresh(refresh_token, jidOf(other))).status).toBe(400);
    expect((await refresh(refresh_token, "")).status).toBe(400);
    expect((await refresh("unknown", jidOf(first))).status).toBe(400);
    expect((await refresh(refresh_token, jidOf(first))).status).toBe(200);
  });

  it("returns new tokens and a new cookie for a refresh, in the same four fields", async () => {
    const { exchange, refresh } = createTestEmulator();
    const first = await exchange();
    const before = await first.json();
    const second = await refresh(before.refresh_token, jidOf(first));
    const after = await second.json();
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(after.access_token).not.toBe(before.access_token);
    expect(after.refresh_token).not.toBe(before.refresh_token);
    expect(jidOf(second)).not.toBe(jidOf(first));
  });

  it("accepts a refresh token only once and only for seven days", async () => {
    const { exchange, refresh, clock, emulator } = createTestEmulator();
    const first = await exchange();
    const before = await first.json();
    const second = await refresh(before.refresh_token, jidOf(first));
    const after = await second.json();
    expect((await refresh(before.refresh_token, jidOf(first))).status).toBe(400);
    expect(emulator.stats).toMatchObject({ refreshes: 1, refreshReuses: 1 });
    clock.advance(7 * 24 * 3600 * 1000);
    expect((await refresh(after.refresh_token, jidOf(second))).status).toBe(400);
  });
});

describe("rejected tokens (docs/qbench-api.md §3.4)", () => {
  it.each([400, 401] as const)(
    "rejects a missing, malformed, unknown or revoked access token with %i AuthError",
    async status => {
      const { request, emulator, token } = createTestEmulator({ tokens: { rejectedTokenStatus: status } });
      expect((await request("GET", "/orders")).status).toBe(200);
      for (const Authorization of ["", "Basic YTpi", "Bearer", "Bearer unknown"]) {
        const rejected = await request("GET", "/orders", undefined, { Authorization });
        expect(rejected).toMatchObject({ status, body: { error_type: "AuthError", error_token: expect.any(String) } });
      }
      emulator.revokeTokens({ accessToken: await token() });
      expect(await request("GET", "/orders")).toMatchObject({ status, body: { error_type: "AuthError" } });
      expect(emulator.stats.rejectedTokens).toBe(5);
    },
  );
});

describe("dates (docs/qbench-api.md §5.3)", () => {
  it("reads and writes dates in UTC", async () => {
    const { request } = createTestEmulator();
    const created = await request("POST", "/orders", [
      { customer_account_id: 1, date_received: "2026-03-01T01:30:00+02:00" },
    ]);
    expect(created.body.data[0]).toMatchObject({
      date_received: "02/28/2026 11:30 PM",
      date_created: "06/01/2026 12:00 PM",
      last_updated: String(Date.UTC(2026, 5, 1, 12) / 1000),
    });
  });
});
