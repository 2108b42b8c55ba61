import type { Context } from "hono";
import { HttpError } from "../http/http-error.js";
import type { Env } from "../http/responses.js";
import type { ApiClient, ApiClients } from "./api-clients.js";
import type { AccessToken, Tokens } from "./tokens.js";

interface Caller {
  client: ApiClient;
  token: AccessToken;
}

export interface Authentication {
  /** Returns the access token that the request carries, valid or not. */
  bearer(c: Context<Env>): string | undefined;
  /** Returns the API client that sent the request, or undefined if the access token is not valid. */
  identify(c: Context<Env>): Caller | undefined;
  /** Returns the client that sent the request, or throws the error of a rejected token (docs/qbench-api.md §3.4). */
  authenticate(c: Context<Env>): Caller;
}

export function createAuthentication(
  clients: ApiClients,
  tokens: Tokens,
  rejectedTokenStatus: 400 | 401,
  onRejectedToken: () => void,
): Authentication {
  const bearer: Authentication["bearer"] = c =>
    /^Bearer ([\x21-\x7e]+)$/i.exec(c.req.header("Authorization") ?? "")?.[1];

  const identify: Authentication["identify"] = c => {
    const token = tokens.check(bearer(c) ?? "", c.get("now"));
    const client = token && clients.get(token.clientId);
    return client && { client, token };
  };

  return {
    bearer,
    identify,
    authenticate(c) {
      const caller = identify(c);
      if (caller) return caller;
      onRejectedToken();
      const description =
        bearer(c) === undefined
          ? "Invalid Authorization header format."
          : "The access token is invalid or has expired.";
      throw new HttpError(rejectedTokenStatus, { error_type: "AuthError", error_description: description, errors: [] });
    },
  };
}
