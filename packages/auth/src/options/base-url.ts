import { QBenchAuthError } from "../errors/auth-error.js";
import { BASE_URL } from "../errors/setting-names.js";
import { isSecureUrl } from "../http/is-secure-url.js";

/**
 * Returns the origin of a QBench tenant, such as `https://example.qbench.net`.
 *
 * @param value https, or http on a loopback address; without path, query, fragment and credentials
 * @param setting the name of the setting in messages; default `baseUrl (QBENCH_URL)`
 * @throws {QBenchAuthError} `invalid_option`. The message does not repeat the value, which may hold a password.
 */
export function parseBaseUrl(value: string, setting: string = BASE_URL): string {
  const fail = (problem: string): never => {
    throw new QBenchAuthError(
      "invalid_option",
      `${setting}: ${problem}. Set it to the tenant's address, such as https://example.qbench.net`,
    );
  };
  // Callers without types can pass anything, such as a variable that is not set.
  if (typeof value !== "string" || value.trim() === "") return fail("is missing or blank");
  if (!URL.canParse(value)) return fail("is not a URL");
  const url = new URL(value);
  if (!isSecureUrl(url)) {
    return fail(
      "must begin with https://, so that tokens are not sent in clear text (http is for loopback addresses only)",
    );
  }
  if (url.username !== "" || url.password !== "") return fail("must not contain a user name or password");
  // Checks the value, because `search` and `hash` are empty after a lone "?" or "#".
  if (/[?#]/.test(value)) return fail("must not have a query or fragment");
  if (url.pathname !== "/") return fail("must not have a path");
  return url.origin;
}
