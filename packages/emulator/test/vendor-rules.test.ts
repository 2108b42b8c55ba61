import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { base, grantType, jidOf, setUp } from "./support/client.js";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("the vendor guide's rules", () => {
  it("1. a client has a name, a type and a CORS origin, and only the server-side type exchanges assertions", async () => {
    const { emulator, client, exchange } = setUp({
      clients: [{ name: "Browser", type: "Browser Application", corsOrigin: "https://app.example" }],
    });
    expect(client).toMatchObject({ name: "Browser", type: "Browser Application", corsOrigin: "https://app.example" });
    const refused = await exchange();
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: "unauthorized_client" }]);
    expect(emulator.clients.create().type).toBe("Server-Side Web Application");
  });

  it("2. saving a client makes an id and a secret; its docs page shows its document, filled with a valid assertion", async () => {
    const { emulator, post } = setUp();
    const client = emulator.clients.create({ name: "Reports", scopes: ["GET /reports*"] });
    expect(client.id).toMatch(uuid);
    expect(client.secret).toHaveLength(64);
    const page = await emulator.fetch(new Request(`${base}/docs/openapi/${client.id}`));
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(await page.text()).toContain("swagger-ui-bundle.js");
    const document = await (await emulator.fetch(new Request(`${base}/docs/openapi/${client.id}/openapi.json`))).json();
    const form = document.components.schemas["AuthenticationSchema.0d0ead6"].properties;
    const answer = await post(
      "/qbench/api/v2/auth/token",
      new URLSearchParams({ grant_type: form.grant_type.example, assertion: form.assertion.example }),
    );
    expect(answer.status).toBe(200);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(["/qbench/api/v2/auth/token", "/qbench/api/v2/reports"]),
    );
    expect(document.paths).not.toHaveProperty(["/qbench/api/v2/orders"]);
  });

  it("3. the secret signs assertions and is shown nowhere else; a rotated one no longer signs", async () => {
    const { emulator, client, exchange, call } = setUp();
    const shown = JSON.stringify([
      await call("GET", `/api-clients/${client.id}`),
      await call("GET", "/auth/token/info"),
    ]);
    expect(shown).toContain(client.id);
    expect(shown).not.toContain(client.secret);
    const renewed = emulator.clients.rotateSecret(client.id);
    expect((await exchange()).status).toBe(400);
    expect((await exchange({ secret: renewed.secret })).status).toBe(200);
  });

  it.each([
    ["another typ", { typ: "at+jwt" }],
    ["a further member", { kid: "1" }],
  ])("4. the assertion's header is exactly alg HS256 and typ JWT, not with %s", async (_, header) => {
    const { exchange } = setUp();
    const refused = await exchange({ header });
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: "invalid_grant" }]);
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
  ])("5. an assertion of %i s issued %i s from now is answered %i", async (lifetime, offset, status) => {
    const { clock, exchange } = setUp();
    const answer = await exchange({ lifetime, issuedAt: clock.now() / 1000 + offset });
    expect(answer.status).toBe(status);
  });

  it("5. the claims are sub, iat and exp", async () => {
    const { exchange } = setUp();
    expect(await (await exchange({ claims: { sub: "somebody-else" } })).json()).toMatchObject({
      error: "invalid_client",
    });
    expect(await (await exchange({ claims: { iat: undefined } })).json()).toMatchObject({ error: "invalid_grant" });
  });

  it("6. the signature is made with the client's secret", async () => {
    const { exchange, emulator } = setUp();
    const refused = await exchange({ secret: "another secret" });
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: "invalid_grant" }]);
    expect(emulator.stats).toMatchObject({ exchanges: 0, tokenRefusals: 1 });
  });

  it("7. the exchange takes the jwt-bearer grant and an assertion, on both token paths and in both encodings", async () => {
    const { assertion, post } = setUp();
    const fields = { grant_type: grantType, assertion: await assertion() };
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    for (const path of ["/qbench/api/v2/auth/token", "/qbench/oauth2/v1/token"]) {
      expect((await post(path, new URLSearchParams(fields))).status).toBe(200);
      expect((await post(path, form)).status).toBe(200);
    }
    const refusals = [
      [new URLSearchParams({ ...fields, grant_type: "client_credentials" }), "unsupported_grant_type"],
      [new URLSearchParams({ grant_type: grantType }), "invalid_request"],
      [JSON.stringify(fields), "invalid_request"],
    ] as const;
    for (const [body, error] of refusals) {
      const refused = await post("/qbench/api/v2/auth/token", body);
      expect([refused.status, await refused.json()]).toMatchObject([400, { error }]);
    }
  });

  it("8. the answer is an opaque token for an hour, a refresh token, and the cookie jid", async () => {
    const { exchange } = setUp();
    const answer = await exchange();
    const token = await answer.json();
    expect(Object.keys(token)).toEqual(["access_token", "token_type", "expires_in", "refresh_token"]);
    expect(token).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
    expect([token.access_token, token.refresh_token]).toEqual([
      expect.stringMatching(uuid),
      expect.stringMatching(uuid),
    ]);
    expect(decodeJwt(jidOf(answer)).jti).toBe(token.refresh_token);
  });

  it("9. a refresh needs the refresh token and the cookie that came with it", async () => {
    const { exchange, refresh } = setUp();
    const first = await exchange();
    const { refresh_token } = await first.json();
    const other = await exchange();
    expect((await refresh(refresh_token, jidOf(other))).status).toBe(400);
    expect((await refresh(refresh_token, "")).status).toBe(400);
    expect((await refresh("unknown", jidOf(first))).status).toBe(400);
    expect((await refresh(refresh_token, jidOf(first))).status).toBe(200);
  });

  it("10. a refresh answers with the same four fields, all new, and a new cookie", async () => {
    const { exchange, refresh } = setUp();
    const first = await exchange();
    const before = await first.json();
    const second = await refresh(before.refresh_token, jidOf(first));
    const after = await second.json();
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(after.access_token).not.toBe(before.access_token);
    expect(after.refresh_token).not.toBe(before.refresh_token);
    expect(jidOf(second)).not.toBe(jidOf(first));
  });

  it("11. a refresh token works once and for seven days", async () => {
    const { exchange, refresh, clock, emulator } = setUp();
    const first = await exchange();
    const before = await first.json();
    const second = await refresh(before.refresh_token, jidOf(first));
    const after = await second.json();
    expect((await refresh(before.refresh_token, jidOf(first))).status).toBe(400);
    expect(emulator.stats).toMatchObject({ refreshes: 1, refreshReuses: 1 });
    clock.advance(7 * 24 * 3600 * 1000);
    expect((await refresh(after.refresh_token, jidOf(second))).status).toBe(400);
  });

  it.each([400, 401] as const)(
    "12. every call carries a good access token; a dead one is answered %i AuthError",
    async status => {
      const { call, emulator, token } = setUp({ tokens: { deadTokenStatus: status } });
      expect((await call("GET", "/orders")).status).toBe(200);
      for (const Authorization of ["", "Basic YTpi", "Bearer", "Bearer unknown"]) {
        const refused = await call("GET", "/orders", undefined, { Authorization });
        expect(refused).toMatchObject({ status, body: { error_type: "AuthError", error_token: expect.any(String) } });
      }
      emulator.revokeTokens({ accessToken: await token() });
      expect(await call("GET", "/orders")).toMatchObject({ status, body: { error_type: "AuthError" } });
      expect(emulator.stats.deadTokens).toBe(5);
    },
  );

  it("13. dates are taken and given in UTC", async () => {
    const { call } = setUp();
    const created = await call("POST", "/orders", [
      { customer_account_id: 1, date_received: "2026-03-01T01:30:00+02:00" },
    ]);
    expect(created.body.data[0]).toMatchObject({
      date_received: "02/28/2026 11:30 PM",
      date_created: "06/01/2026 12:00 PM",
      last_updated: String(Date.UTC(2026, 5, 1, 12) / 1000),
    });
  });

  it("14. an access token lives an hour", async () => {
    const { call, clock } = setUp();
    expect((await call("GET", "/auth/token/info")).body).toMatchObject({ expires_in: 3600 });
    clock.advance(3600 * 1000 - 1);
    expect((await call("GET", "/orders")).status).toBe(200);
    clock.advance(1);
    expect((await call("GET", "/orders")).status).toBe(400);
  });
});
