/** What one exchange yields, and what a store keeps. Times are milliseconds since the epoch. */
export interface TokenSet {
  /** Opaque; goes into `Authorization: Bearer`. */
  readonly accessToken: string;
  readonly tokenType: "Bearer";
  /** When the access token expires, counted from before the exchange was sent. */
  readonly expiresAt: number;
  /** When the exchange was sent. Tells the token's whole life, which decides how long before its end it is renewed. */
  readonly issuedAt?: number;
  /** The id of the refresh token, which works once (vendor guide rule 11). */
  readonly refreshToken?: string;
  /** The value of the cookie `jid` that goes with the refresh token; a browser keeps it to itself. */
  readonly refreshCookie?: string;
  /** When the refresh token expires: seven days after its issue, or with its cookie if that is sooner. */
  readonly refreshExpiresAt?: number;
}

// RFC 6750 section 2.1. Anything else would break the Authorization header, or write another one.
const bearerToken = /^[A-Za-z0-9._~+/-]+=*$/;

export const isBearerToken = (value: unknown): value is string => typeof value === "string" && bearerToken.test(value);

/** Is this record of a store what was put there? Anyone who can write to the store can have changed it. */
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
