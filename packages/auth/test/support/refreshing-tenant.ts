import type { AuthOptions } from "../../src/index.ts";
import { json, stubTenant } from "./tenant.ts";

/** Creates a tenant whose refresh tokens work once, each with its own cookie. `state` counts what it receives. */
export function refreshingTenant(overrides: Partial<AuthOptions> = {}) {
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
