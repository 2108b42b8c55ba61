import { isSecureUrl } from "@qbench-sdk/auth/internal";
import { CommandError } from "../command/command-error.ts";
import { get, type Json } from "../document/model/json.ts";
import { showAddress } from "./show-address.ts";

/** An answer with where it came from after redirects. */
export interface Answer {
  url: URL;
  status: number;
  text: string;
  redirected: boolean;
}

/** `named` says where the address comes from, for the message when it can't be read. */
export type ReadAddress = (address: URL, named: string) => Promise<Answer>;

export interface Credentials {
  /** The one origin that may have them, whatever a page or a redirect names. */
  origin: string;
  headers: Record<string, string>;
  /** Asked for when the origin refuses a read without it. */
  getToken?: () => Promise<string>;
}

export interface ReadLimits {
  timeoutMs: number;
  maxBytes: number;
}

export const defaultLimits: ReadLimits = { timeoutMs: 30_000, maxBytes: 64 * 1024 * 1024 };

const maxRedirects = 10;

/** Reads addresses, with the credentials where they belong and nowhere else. */
export function createReader(credentials: Credentials | undefined, limits: ReadLimits): ReadAddress {
  let token: string | undefined;
  const headersFor = (url: URL): Headers => {
    const headers = new Headers({ Accept: "text/html, application/json, application/yaml, */*;q=0.8" });
    if (url.origin !== credentials?.origin) return headers;
    for (const [name, value] of Object.entries(credentials.headers)) headers.set(name, value);
    if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
    return headers;
  };
  return async (address, named) => {
    const answer = await follow(address, named, headersFor, limits);
    const mayAuthenticate = token === undefined && answer.url.origin === credentials?.origin;
    if (!mayAuthenticate || !credentials.getToken || !isRefusal(answer)) return answer;
    token = await credentials.getToken();
    return follow(address, named, headersFor, limits);
  };
}

/** QBench answers a missing or dead token with 400 and an AuthError. */
export const isRefusal = ({ status, text }: Answer): boolean =>
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
): Promise<Answer> {
  const signal = AbortSignal.timeout(limits.timeoutMs);
  let url = address;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    if (!isSecureUrl(url)) throw new CommandError(`${showAddress(url)} (${named}) must be an https address`);
    try {
      const response = await fetch(url, { redirect: "manual", headers: headersFor(url), signal });
      const location = response.status >= 300 && response.status < 400 ? response.headers.get("Location") : null;
      if (location === null) {
        const text = await readText(response.body ?? [], limits.maxBytes, showAddress(url));
        return { url, status: response.status, text, redirected: redirects > 0 };
      }
      await response.body?.cancel();
      if (!URL.canParse(location, url)) throw new CommandError(`${showAddress(url)} redirects to no address`);
      url = new URL(location, url);
    } catch (error) {
      throw explain(error, url, named, limits);
    }
  }
  throw new CommandError(`${showAddress(address)} redirects more than ${maxRedirects} times: check ${named}`);
}

/** The text of a stream, refused as soon as it is larger than allowed. */
export async function readText(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
  what: string,
): Promise<string> {
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new CommandError(`${what} is larger than ${maxBytes / (1024 * 1024)} MiB`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function explain(error: unknown, url: URL, named: string, limits: ReadLimits): unknown {
  if (!(error instanceof Error) || error instanceof CommandError) return error;
  if (error.name === "TimeoutError") {
    return new CommandError(`${url.origin} did not answer within ${limits.timeoutMs / 1000} s: check ${named}`);
  }
  if (!(error instanceof TypeError)) return error;
  const { cause } = error;
  const reason = cause instanceof Error ? ("code" in cause ? String(cause.code) : cause.message) : error.message;
  return new CommandError(`${url.origin} can't be reached (${reason}): check ${named}`);
}
