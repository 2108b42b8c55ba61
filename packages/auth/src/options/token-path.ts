/** The path where an assertion is exchanged for an access token (docs/qbench-api.md §3.2). */
export const TOKEN_PATH = "/qbench/api/v2/auth/token";

// These take an assertion or a refresh token instead of a bearer token: the two v2 endpoints, which the OpenAPI
// document marks `security: []`, and the older one (docs/qbench-api.md §3.2). `/auth/token/info` does take a bearer
// token.
const UNAUTHENTICATED_PATHS: ReadonlySet<string> = new Set([
  TOKEN_PATH,
  `${TOKEN_PATH}/refresh`,
  "/qbench/oauth2/v1/token",
]);

export function isTokenPath(pathname: string): boolean {
  return UNAUTHENTICATED_PATHS.has(pathname);
}
