import { QBenchAuthError } from "./errors.js";
import { BASE_URL } from "./setting-names.js";

/**
 * The origin of a QBench tenant from its setting: `https://example.qbench.net`.
 *
 * @param value the setting's value
 * @param setting how messages name it; default `baseUrl (QBENCH_URL)`
 * @throws QBenchAuthError `invalid_option` for what is not an address, not https (but for loopback), or more than an origin
 */
export function parseBaseUrl(value: string, setting: string = BASE_URL): string {
  const refuse = (why: string): never => {
    throw new QBenchAuthError("invalid_option", `${setting} ${why}`);
  };
  if (typeof value !== "string" || value.trim() === "") {
    return refuse("is missing: give the tenant's address, such as https://example.qbench.net");
  }
  if (!URL.canParse(value)) return refuse("is not an address: give the tenant's, such as https://example.qbench.net");
  const url = new URL(value);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    return refuse("must begin with https://, so that tokens are not sent in the clear");
  }
  if (url.username !== "" || url.password !== "") return refuse("must not hold a user name or a password");
  if (url.search !== "" || url.hash !== "") return refuse("must end with the host: remove what follows ? or #");
  if (url.pathname !== "/") return refuse(`must be the tenant's address without a path: ${url.origin}`);
  return url.origin;
}

const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" ||
  hostname.endsWith(".localhost") ||
  hostname === "[::1]" ||
  /^127(\.\d+){3}$/.test(hostname);
