/** Holds the result of one exchange, as a store keeps it. Times are in milliseconds since the epoch. */
export interface TokenSet {
  /** The opaque access token, sent as `Authorization: Bearer`. */
  readonly accessToken: string;
  readonly tokenType: "Bearer";
  /** When the access token expires, counted from when the request was sent. */
  readonly expiresAt: number;
  /**
   * When the request was sent. Together with `expiresAt` it gives the life of the token, on which the renewal depends.
   */
  readonly issuedAt?: number;
  /** The id of the refresh token, which works once (docs/qbench-api.md §3.3). */
  readonly refreshToken?: string;
  /** The value of the cookie `jid` that belongs to the refresh token. In a browser, programs cannot read it. */
  readonly refreshCookie?: string;
  /** When the refresh token expires: with its cookie, or seven days after its issue if that is sooner. */
  readonly refreshExpiresAt?: number;
}

/**
 * The longest time for which a token is used, in milliseconds. QBench's tokens live an hour (docs/qbench-api.md §3.2).
 * A longer life, in a response or in a record, can be a mistake, such as one in other units.
 */
export const MAX_TOKEN_LIFE_MS: number = 24 * 3_600_000;

// RFC 6750 section 2.1. Any other character could break the Authorization header or add another header.
const bearerToken = /^[A-Za-z0-9._~+/-]+=*$/;

export const isBearerToken = (value: unknown): value is string => typeof value === "string" && bearerToken.test(value);

/** Returns whether a record from a store is a token set. Other programs can write to the store. */
export function isTokenSet(value: unknown): value is TokenSet {
  if (typeof value !== "object" || value === null) return false;
  const tokens: Partial<Record<keyof TokenSet, unknown>> = value;
  return (
    isBearerToken(tokens.accessToken) &&
    Number.isFinite(tokens.expiresAt) &&
    isOptional("number", tokens.issuedAt) &&
    isOptional("string", tokens.refreshToken) &&
    isOptional("string", tokens.refreshCookie) &&
    isOptional("number", tokens.refreshExpiresAt)
  );
}

const isOptional = (type: "number" | "string", value: unknown): boolean => value === undefined || typeof value === type;
