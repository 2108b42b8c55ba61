import type { TokenSet } from "./store/token-set.js";

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
