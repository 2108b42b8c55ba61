/** The path where an assertion is exchanged for an access token (docs/qbench-api.md §3.2). */
export const TOKEN_PATH = "/qbench/api/v2/auth/token";

// These take an assertion or a refresh token instead of a bearer token: the two v2 endpoints, which the OpenAPI
// document marks `security: []`, and the older one (docs/qbench-api.md §3.2). `/auth/token/info` does take a bearer
// token.
export const isTokenPath = (pathname: string): boolean =>
  pathname === TOKEN_PATH || pathname === `${TOKEN_PATH}/refresh` || pathname === "/qbench/oauth2/v1/token";
