import { assertOption } from "../errors/assert-option.js";
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
  const check = (condition: boolean, problem: string): void =>
    assertOption(
      condition,
      `${setting}: ${problem}. Set it to the tenant's address, such as https://example.qbench.net`,
    );
  // Callers without types can pass anything, such as a variable that is not set.
  check(typeof value === "string" && value.trim() !== "", "is missing or blank");
  check(URL.canParse(value), "is not a URL");
  const url = new URL(value);
  check(
    isSecureUrl(url),
    "must begin with https://, so that tokens are not sent in clear text (http is for loopback addresses only)",
  );
  check(url.username === "" && url.password === "", "must not contain a user name or password");
  // Checks the value, because `search` and `hash` are empty after a lone "?" or "#".
  check(!/[?#]/.test(value), "must not have a query or fragment");
  check(url.pathname === "/", "must not have a path");
  return url.origin;
}
