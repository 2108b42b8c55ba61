import { QBenchAuthError } from "../errors/auth-error.js";
import { BASE_URL } from "../errors/setting-names.js";
import { isSecureUrl } from "../http/is-secure-url.js";

/**
 * The origin of a QBench tenant from its setting: `https://example.qbench.net`.
 *
 * @param value the setting's value: https, or http on a loopback address; no path, query, fragment or credentials
 * @param setting how messages name it; default `baseUrl (QBENCH_URL)`
 * @throws {QBenchAuthError} `invalid_option`. The message does not repeat the value, which may hold a password.
 */
export function parseBaseUrl(value: string, setting: string = BASE_URL): string {
  const refuse = (problem: string): never => {
    throw new QBenchAuthError(
      "invalid_option",
      `${setting}: ${problem}; give the tenant's address alone, such as https://example.qbench.net`,
    );
  };
  // Callers without types, and variables that are not set, arrive here too.
  if (typeof value !== "string" || value.trim() === "") return refuse("missing or blank");
  if (!URL.canParse(value)) return refuse("not a URL");
  const url = new URL(value);
  if (!isSecureUrl(url)) {
    return refuse("must begin with https://, so that tokens are not sent in the clear (http is for loopback only)");
  }
  if (url.username !== "" || url.password !== "") return refuse("must not hold a user name or password");
  // The value rather than `search` and `hash`, which are empty after a lone "?" or "#".
  if (/[?#]/.test(value)) return refuse("must not have a query or fragment");
  if (url.pathname !== "/") return refuse("must not have a path");
  return url.origin;
}
