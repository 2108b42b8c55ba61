export { type AssertionOptions, signAssertion } from "./assertion.js";
export type { AuthOptions, Clock, Fetch } from "./auth-options.js";
export { parseBaseUrl } from "./base-url.js";
export { QBenchAuthError, type QBenchAuthErrorCode } from "./errors.js";
export { isSecureUrl } from "./is-secure-url.js";
export { createAuthMiddleware } from "./middleware.js";
export { readRetryAfter } from "./retry-after.js";
export type { TokenEncoding } from "./token-request.js";
export { createTokenSource, type TokenSource } from "./token-source.js";
