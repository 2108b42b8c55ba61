import { parseBaseUrl } from "./base-url.js";
import { QBenchAuthError } from "./errors.js";
import { API_CLIENTS_PAGE, CLIENT_ID, CLIENT_SECRET } from "./setting-names.js";
import { TOKEN_PATH } from "./token-path.js";

/** The part of fetch that is used, so that any other can stand in for it. */
export type Fetch = (request: Request) => Promise<Response>;

/** A clock, in milliseconds since the epoch. `Date` is one. */
export interface Clock {
  now(): number;
}

export interface AuthOptions {
  /** The tenant's address, such as `https://example.qbench.net`. Tokens are asked for and sent there and nowhere else. */
  baseUrl: string;
  /** The API client's id, from Configuration > Application > Developer > Settings > API Clients. */
  clientId: string;
  /** The API client's secret. It signs assertions and is itself never sent (vendor guide rules 3 and 6). */
  clientSecret: string;
  /** The path of the token endpoint; default `/qbench/api/v2/auth/token`. */
  tokenPath?: string;
  /** How the request for a token is written; default `urlencoded`, as the vendor's guide says (rule 7). */
  tokenEncoding?: "urlencoded" | "multipart";
  /** Sends the requests for tokens; default the global fetch. */
  fetch?: Fetch;
  /** Default `Date`. */
  clock?: Clock;
  /** How long a request for a token may take to the end of its answer, in milliseconds; default 30 000. */
  timeoutMs?: number;
}

/** The options, checked, with every default in place. */
export interface AuthSettings {
  origin: string;
  clientId: string;
  clientSecret: string;
  tokenUrl: string;
  tokenEncoding: "urlencoded" | "multipart";
  fetch: Fetch;
  clock: Clock;
  timeoutMs: number;
}

function required(value: string, setting: string): string {
  if (typeof value !== "string" || value.trim() === "") {
    throw new QBenchAuthError("invalid_option", `${setting} is missing: see ${API_CLIENTS_PAGE} in QBench`);
  }
  // A secret read from a file or pasted from a page often ends with a line break, and then signs nothing that fits.
  if (value !== value.trim()) {
    throw new QBenchAuthError("invalid_option", `${setting} begins or ends with white space: remove it`);
  }
  return value;
}

/** @throws QBenchAuthError `invalid_option`, before anything is sent */
export function readAuthOptions(options: AuthOptions): AuthSettings {
  const { tokenPath = TOKEN_PATH, tokenEncoding = "urlencoded", timeoutMs = 30_000 } = options;
  const origin = parseBaseUrl(options.baseUrl);
  if (!Number.isFinite(timeoutMs) || timeoutMs <= 0) {
    throw new QBenchAuthError("invalid_option", "timeoutMs must be a number of milliseconds above 0");
  }
  // "//other.example/token" would be another host.
  if (!/^\/(?!\/)/.test(tokenPath) || new URL(tokenPath, origin).origin !== origin) {
    throw new QBenchAuthError(
      "invalid_option",
      "tokenPath must be a path of the tenant, such as /qbench/api/v2/auth/token",
    );
  }
  return {
    origin,
    clientId: required(options.clientId, CLIENT_ID),
    clientSecret: required(options.clientSecret, CLIENT_SECRET),
    tokenUrl: `${origin}${tokenPath}`,
    tokenEncoding,
    fetch: options.fetch ?? (request => globalThis.fetch(request)),
    clock: options.clock ?? Date,
    timeoutMs,
  };
}
