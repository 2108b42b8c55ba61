import type { FetchLike } from "@qbench-sdk/client";
import { UsageError } from "../errors/usage-error.js";

/** The variables that name a proxy, by the scheme of the requests. The lower case wins, as in other programs. */
const VARIABLES = { https: ["https_proxy", "HTTPS_PROXY"], http: ["http_proxy", "HTTP_PROXY"] };

/** Returns the variable that names the proxy for https. Without one of its own, https uses the proxy of http. */
export const proxyVariable = (): string | undefined => [...VARIABLES.https, ...VARIABLES.http].find(isSet);

/**
 * Returns a fetch that uses the proxies of the environment. Returns undefined if the global fetch can be used: no
 * variable names a proxy, or Node itself uses the variables.
 *
 * @throws UsageError if the value of a variable is not the address of a proxy. The message does not contain the value,
 *   because it can have a password.
 */
export async function createProxyFetch(): Promise<FetchLike | undefined> {
  if (proxyVariable() === undefined || doesNodeUseProxies()) return undefined;
  const proxies = { httpsProxy: readProxy(VARIABLES.https), httpProxy: readProxy(VARIABLES.http) };
  const { EnvHttpProxyAgent } = await import("undici");
  const dispatcher = new EnvHttpProxyAgent({ ...proxies, noProxy: readVariable(["no_proxy", "NO_PROXY"]) });
  return (request, init) => fetch(request, Object.assign({ dispatcher }, init));
}

const isSet = (name: string): boolean => Boolean(process.env[name]);

const readVariable = (names: readonly string[]): string => process.env[names.find(isSet) ?? ""] ?? "";

function readProxy(names: readonly string[]): string {
  const value = readVariable(names);
  if (value !== "" && !isProxyAddress(value)) {
    throw new UsageError(`${names.find(isSet)} is not the address of a proxy. Set it to http://HOST:PORT.`);
  }
  return value;
}

function isProxyAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  try {
    // A % that encodes nothing cannot be decoded.
    decodeURIComponent(username + password);
  } catch {
    return false;
  }
  return protocol === "http:" || protocol === "https:";
}

/** Returns whether Node uses the variables for its own fetch. Versions before 22.21 have no such switch. */
function doesNodeUseProxies(): boolean {
  const { NODE_USE_ENV_PROXY, NODE_OPTIONS = "" } = process.env;
  const isSwitched =
    NODE_USE_ENV_PROXY === "1" || [...process.execArgv, ...NODE_OPTIONS.split(/\s+/)].includes("--use-env-proxy");
  return isSwitched && process.allowedNodeEnvironmentFlags.has("--use-env-proxy");
}
