/** Where an assertion is exchanged for an access token (guide rule 7). */
export const TOKEN_PATH = "/qbench/api/v2/auth/token";

// These take an assertion or a refresh token instead of a bearer: the v2 pair, which the API's document marks
// `security: []`, and the endpoint older integrations use. `/auth/token/info` does take a bearer.
const UNAUTHENTICATED_PATHS: ReadonlySet<string> = new Set([
  TOKEN_PATH,
  `${TOKEN_PATH}/refresh`,
  "/qbench/oauth2/v1/token",
]);

export function isTokenPath(pathname: string): boolean {
  return UNAUTHENTICATED_PATHS.has(pathname);
}
