import { type Context, Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { oauthError } from "../http/http-error.js";
import type { Answers, Env } from "../http/responses.js";
import type { Stats } from "../http/stats.js";
import type { ApiClients } from "../identity/api-clients.js";
import { grantType, verifyAssertion } from "../identity/assertion.js";
import type { Authentication } from "../identity/authenticate.js";
import type { IssuedTokens, TokenLifetimes, Tokens } from "../identity/tokens.js";
import { apiPath, olderTokenPath, refreshPath, tokenPath } from "../paths.js";

interface Parts {
  answers: Answers;
  authentication: Authentication;
  clients: ApiClients;
  lifetimes: TokenLifetimes;
  stats: Stats;
  tokens: Tokens;
}

/** Both encodings are accepted on every token path (facts 3.2). */
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

/** The endpoints that give access tokens, and the one that describes them. */
export function tokenEndpoints({ answers, authentication, clients, lifetimes, stats, tokens }: Parts): Hono<Env> {
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

  /** The four fields, and the cookie that goes with the refresh token (vendor guide rule 8). */
  function answerBoth(c: Context<Env>, issued: IssuedTokens): Response {
    const secure = new URL(c.req.url).protocol === "https:";
    setCookie(c, "jid", issued.jid, {
      path: `${apiPath}/auth`,
      httpOnly: true,
      secure,
      // A browser sends it from the application's origin to QBench's; without https it would refuse "None".
      sameSite: secure ? "None" : "Lax",
      maxAge: lifetimes.refreshTokenSeconds,
    });
    return answers.json(c, 200, { ...accessToken(issued), refresh_token: issued.refreshToken });
  }

  app.post(tokenPath, async c => answerBoth(c, await exchange(c)));
  app.post(refreshPath, async c => answerBoth(c, await refresh(c)));
  // No client is known to have had a refresh token from it (facts 3.2).
  app.post(olderTokenPath, async c => answers.json(c, 200, accessToken(await exchange(c))));

  app.get(`${tokenPath}/info`, c => {
    const { client, token } = authentication.authenticate(c);
    const expiresIn = Math.max(0, Math.round((token.expiresAt - c.get("now")) / 1000));
    return answers.json(c, 200, {
      client_id: client.id,
      token_type: "Bearer",
      expires_in: expiresIn,
      scopes: client.scopes,
    });
  });
  return app;
}
