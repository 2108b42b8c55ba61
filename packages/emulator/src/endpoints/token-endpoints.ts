import { type Context, Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { oauthError } from "../http/http-error.js";
import type { Env, Responses } from "../http/responses.js";
import type { Stats } from "../http/stats.js";
import type { ApiClients } from "../identity/api-clients.js";
import { grantType, verifyAssertion } from "../identity/assertion.js";
import type { Authentication } from "../identity/authenticate.js";
import type { IssuedTokens, TokenLifetimes, Tokens } from "../identity/tokens.js";
import { apiPath, olderTokenPath, refreshPath, tokenPath } from "../paths.js";

interface Parts {
  authentication: Authentication;
  clients: ApiClients;
  lifetimes: TokenLifetimes;
  responses: Responses;
  stats: Stats;
  tokens: Tokens;
}

/** Parses the form in either encoding, on every token path (docs/qbench-api.md §3.2). */
async function readForm(request: Request): Promise<FormData> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)/i.test(type)) {
    throw oauthError("invalid_request", "The body must be a form.");
  }
  try {
    return await request.formData();
  } catch {
    throw oauthError("invalid_request", "The form cannot be read.");
  }
}

function field(form: FormData, name: string): string {
  const value = form.get(name);
  if (typeof value !== "string" || value === "") throw oauthError("invalid_request", `${name} is missing.`);
  return value;
}

/** Serves the endpoints that issue access tokens, and the one that describes them. */
export function tokenEndpoints({ authentication, clients, lifetimes, responses, stats, tokens }: Parts): Hono<Env> {
  const app = new Hono<Env>();

  async function exchange(c: Context<Env>): Promise<IssuedTokens> {
    const form = await readForm(c.req.raw);
    if (field(form, "grant_type") !== grantType) {
      throw oauthError("unsupported_grant_type", `grant_type must be ${grantType}.`);
    }
    const client = await verifyAssertion(field(form, "assertion"), clients, c.get("now"));
    const issued = await tokens.issue(client, c.get("now"));
    stats.exchanges++;
    return issued;
  }

  async function refresh(c: Context<Env>): Promise<IssuedTokens> {
    const form = await readForm(c.req.raw);
    const clientId = await tokens.redeem(field(form, "refresh_token_id"), getCookie(c, "jid"), c.get("now"));
    const client = clients.get(clientId);
    if (!client) throw oauthError("invalid_client", "The API client no longer exists.");
    const issued = await tokens.issue(client, c.get("now"));
    stats.refreshes++;
    return issued;
  }

  const accessToken = ({ accessToken: { value } }: IssuedTokens) => ({
    access_token: value,
    token_type: "Bearer",
    expires_in: lifetimes.accessTokenSeconds,
  });

  /** Responds with the four fields, and with the cookie that belongs to the refresh token (docs/qbench-api.md §3.2). */
  function respondWithTokens(c: Context<Env>, issued: IssuedTokens): Response {
    const secure = new URL(c.req.url).protocol === "https:";
    setCookie(c, "jid", issued.jid, {
      path: `${apiPath}/auth`,
      httpOnly: true,
      secure,
      // The cookie must work across origins. Browsers accept "None" only together with `secure`.
      sameSite: secure ? "None" : "Lax",
      maxAge: lifetimes.refreshTokenSeconds,
    });
    return responses.json(c, 200, { ...accessToken(issued), refresh_token: issued.refreshToken });
  }

  app.post(tokenPath, async c => respondWithTokens(c, await exchange(c)));
  app.post(refreshPath, async c => respondWithTokens(c, await refresh(c)));
  // The older endpoint returns no refresh token (docs/qbench-api.md §3.2).
  app.post(olderTokenPath, async c => responses.json(c, 200, accessToken(await exchange(c))));

  app.get(`${tokenPath}/info`, c => {
    const { client, token } = authentication.authenticate(c);
    const expiresIn = Math.max(0, Math.round((token.expiresAt - c.get("now")) / 1000));
    return responses.json(c, 200, {
      client_id: client.id,
      token_type: "Bearer",
      expires_in: expiresIn,
      scopes: client.scopes,
    });
  });
  return app;
}
