import { inspect } from "node:util";
import { expect, test } from "vitest";
import { createAuthMiddleware, createTokenSource } from "../src/index.ts";
import { CLIENT_SECRET, json, stubTenant, thrownBy, tokenResponse, withFakeTimers } from "./support/tenant.ts";

const dump = (value: unknown): string =>
  [inspect(value, { depth: Infinity, showHidden: true }), JSON.stringify(value), String(value)].join("\n");

test("a printed token source or middleware shows no secret", async () => {
  const tenant = stubTenant();
  const source = createTokenSource(tenant.options);
  const token = await source.getToken();
  const assertion = tenant.exchanges[0]?.form.get("assertion") ?? "there was no assertion";
  const shown = dump(source) + dump(createAuthMiddleware(source)) + dump(createAuthMiddleware(tenant.options));
  for (const secret of [CLIENT_SECRET, token, "refresh-1", assertion]) expect(shown).not.toContain(secret);
  expect(JSON.parse(JSON.stringify(source))).toEqual({ origin: "https://example.qbench.net" });
});

test("an error shows nothing of the request or the response", async () => {
  const responses: ((form: string) => Response)[] = [
    form => json({ error: "invalid_grant", error_description: form }, { status: 400 }),
    form => new Response(form, { status: 502 }),
    form => new Response(form),
    form => tokenResponse(1, { token_type: form }),
    form => new Response(null, { status: 307, headers: { Location: `https://attacker.example/?${form}` } }),
    form => json({ error: form }, { status: 400, headers: { "Set-Cookie": `jid=${form}` } }),
    form => {
      throw Object.assign(new TypeError(form, { cause: new Error(form) }), { code: form, request: form });
    },
  ];
  for (const respond of responses) {
    const tenant = stubTenant();
    tenant.onExchange = async (_, request) => respond(await request.text());
    const shown = dump(await thrownBy(() => withFakeTimers(() => createTokenSource(tenant.options).getToken())));
    const assertion = tenant.exchanges[0]?.form.get("assertion") ?? "there was no assertion";
    for (const secret of [CLIENT_SECRET, assertion, "token-1", "refresh-1", "jwt-bearer"]) {
      expect(shown).not.toContain(secret);
    }
  }
});
