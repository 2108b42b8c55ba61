import { CommandError } from "../command/command-error.ts";
import { get, type Json } from "../document/model/json.ts";
import { decodeText } from "./decode-text.ts";
import { showAddress } from "./show-address.ts";

/** A response that was read. */
export interface PageResponse {
  /** The address after redirects. */
  url: URL;
  status: number;
  text: string;
  redirected: boolean;
}

/**
 * Reads an address. `named` says where the address comes from, for the error message. The signal limits the time of
 * several reads together.
 */
export type ReadAddress = (address: URL, named: string, signal?: AbortSignal) => Promise<PageResponse>;

export interface Credentials {
  /** The only origin that receives the credentials, whatever a page or a redirect names. */
  origin: string;
  headers: Record<string, string>;
  /** Called if the origin rejects a request without a token. */
  getToken?: () => Promise<string>;
}

export interface ReadLimits {
  timeoutMs: number;
  maxBytes: number;
}

export const defaultLimits: ReadLimits = { timeoutMs: 30_000, maxBytes: 64 * 1024 * 1024 };

const MAX_REDIRECTS = 10;

/** Creates a function that reads addresses. It sends the credentials to their origin only. */
export function createReader(credentials: Credentials | undefined, limits: ReadLimits): ReadAddress {
  let gettingToken: Promise<string> | undefined;
  let token: string | undefined;
  const headersFor = (url: URL): Headers => {
    const headers = new Headers({ Accept: "text/html, application/json, application/yaml, */*;q=0.8" });
    if (url.origin !== credentials?.origin) return headers;
    for (const [name, value] of Object.entries(credentials.headers)) headers.set(name, value);
    if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
    return headers;
  };
  return async (address, named, signal) => {
    const hadToken = token !== undefined;
    const response = await follow(address, named, headersFor, limits, signal);
    const mayAuthenticate = !hadToken && response.url.origin === credentials?.origin;
    if (!mayAuthenticate || !credentials.getToken || !isRejected(response)) return response;
    // Concurrent reads share one token.
    gettingToken ??= credentials.getToken();
    token = await gettingToken;
    return follow(address, named, headersFor, limits, signal);
  };
}

/** Returns true if the server rejected the credentials. QBench sends 400 and an AuthError (docs/qbench-api.md §3.4). */
export const isRejected = ({ status, text }: PageResponse): boolean =>
  status === 401 || status === 403 || (status === 400 && errorType(text) === "AuthError");

function errorType(text: string): Json | undefined {
  try {
    const body: Json = JSON.parse(text);
    return get(body, "error_type") ?? get(get(body, "error"), "error_type");
  } catch {
    return undefined;
  }
}

async function follow(
  address: URL,
  named: string,
  headersFor: (url: URL) => Headers,
  limits: ReadLimits,
  signal = AbortSignal.timeout(limits.timeoutMs),
): Promise<PageResponse> {
  // Loaded here, because a document in a file needs no network.
  const { failedPhase, isSecureUrl, NETWORK_ADVICE, systemCode } = await import("@qbench-sdk/auth/internal");
  const explain = (error: unknown, url: URL): unknown => {
    if (!(error instanceof Error) || error instanceof CommandError) return error;
    if (error.name === "TimeoutError") {
      return new CommandError(`${url.origin} did not respond within ${limits.timeoutMs / 1000} s. Check ${named}.`);
    }
    if (!(error instanceof TypeError)) return error;
    const phase = failedPhase(error);
    const reason = phase === "proxy" ? "the proxy refused to connect" : systemCode(error);
    const { message } = error.cause instanceof Error ? error.cause : error;
    const advice = phase ? ` Check ${NETWORK_ADVICE[phase]}` : "";
    return new CommandError(`${url.origin} cannot be reached (${reason ?? message}). Check ${named}.${advice}`);
  };
  let url = address;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    if (!isSecureUrl(url)) throw new CommandError(`${showAddress(url)} is not an https address. Check ${named}.`);
    try {
      const response = await fetch(url, { redirect: "manual", headers: headersFor(url), signal });
      const location = response.status >= 300 && response.status < 400 ? response.headers.get("Location") : null;
      if (location === null) {
        const contentType = response.headers.get("Content-Type");
        const text = await readText(response.body ?? [], limits.maxBytes, showAddress(url), contentType);
        return { url, status: response.status, text, redirected: redirects > 0 };
      }
      await response.body?.cancel();
      if (!URL.canParse(location, url))
        throw new CommandError(`${showAddress(url)} redirects to an invalid address. Check ${named}.`);
      url = new URL(location, url);
    } catch (error) {
      throw explain(error, url);
    }
  }
  throw new CommandError(`${showAddress(address)} redirects more than ${MAX_REDIRECTS} times. Check ${named}.`);
}

/** Reads the text of a stream. Throws as soon as the text is larger than allowed. */
export async function readText(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
  what: string,
  contentType?: string | null,
): Promise<string> {
  const read: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > maxBytes)
      throw new CommandError(`${what} is larger than ${maxBytes / (1024 * 1024)} MiB. Check where it came from.`);
    read.push(chunk);
  }
  return decodeText(Buffer.concat(read), contentType);
}
