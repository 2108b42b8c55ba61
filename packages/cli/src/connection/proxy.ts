import type { FetchLike } from "@qbench-sdk/client";
import { PROXY_VARIABLES, proxyVariable } from "../errors/proxy-variable.js";
import { UsageError } from "../errors/usage-error.js";

/**
 * Returns a fetch that uses the proxies of the environment. Returns undefined if the global fetch can be used: no
 * variable names a proxy, or Node itself uses the variables.
 *
 * @throws UsageError if the value of a variable is not the address of a proxy. The message does not contain the value,
 *   because it can have a password.
 */
export async function createProxyFetch(): Promise<FetchLike | undefined> {
  if (proxyVariable() === undefined || doesNodeUseProxies()) return undefined;
  const proxies = { httpsProxy: readProxy(PROXY_VARIABLES.https), httpProxy: readProxy(PROXY_VARIABLES.http) };
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
