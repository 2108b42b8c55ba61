import type { ApiClient, ApiClients } from "./api-clients.js";
import { grantType, verifyAssertion } from "./assertion.js";
import { oauthError } from "./failure.js";
import type { Stats } from "./stats.js";
import type { IssuedTokens, Tokens } from "./tokens.js";

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

export async function exchangeAssertion(
  request: Request,
  now: number,
  { clients, tokens, stats }: { clients: ApiClients; tokens: Tokens; stats: Stats },
): Promise<IssuedTokens> {
  const form = await readForm(request);
  if (field(form, "grant_type") !== grantType) {
    throw oauthError("unsupported_grant_type", `grant_type must be ${grantType}.`);
  }
  const client = await verifyAssertion(field(form, "assertion"), clients, now);
  const issued = await tokens.issue(client, now);
  stats.exchanges++;
  return issued;
}

export async function redeemRefreshToken(
  request: Request,
  jid: string | undefined,
  now: number,
  { clients, tokens, stats }: { clients: ApiClients; tokens: Tokens; stats: Stats },
): Promise<IssuedTokens> {
  const form = await readForm(request);
  const clientId = await tokens.redeem(field(form, "refresh_token_id"), jid, now);
  const client: ApiClient | undefined = clients.get(clientId);
  if (!client) throw oauthError("invalid_client", "The API client no longer exists.");
  const issued = await tokens.issue(client, now);
  stats.refreshes++;
  return issued;
}
