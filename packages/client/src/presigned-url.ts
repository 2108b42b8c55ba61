import { type Fetch, isSecureUrl } from "@qbench-sdk/auth";
import { QBenchFileError } from "./file-error.js";

/** What uploads and downloads have in common. */
export interface FileOptions {
  signal?: AbortSignal;
  /** Told after each part how many bytes are through, and of how many, where that is known. */
  onProgress?: (bytes: number, total: number | undefined) => void;
  /** In place of the global fetch. It gets no access token: presigned addresses are their own permission. */
  fetch?: Fetch;
}

/** The first of some fields of a record that holds a text, and what it holds. */
export function findUrl(record: unknown, keys: readonly string[]): { key: string; url: string } | undefined {
  for (const key of keys) {
    const url = typeof record === "object" && record !== null ? Reflect.get(record, key) : undefined;
    if (typeof url === "string" && url !== "") return { key, url };
  }
  return undefined;
}

/**
 * Takes the headers that were signed out of a presigned address, into whose query AWS's libraries write them (signature
 * version 2, facts 8). The rest stays as it was given, byte for byte. Version 4 writes `X-Amz-`, signs it as a part of the
 * query, and is left alone.
 */
export function takeSignedHeaders(address: string): { url: string; headers: [string, string][] } {
  const [, base = "", query = ""] = /^([^?]*)\??(.*)$/.exec(address) ?? [];
  const headers: [string, string][] = [];
  const rest = query.split("&").filter(part => {
    const [, name, value] = /^(x-amz-security-token|content-type)=(.*)/.exec(part) ?? [];
    if (name === undefined || value === undefined) return true;
    headers.push([name, decodeURIComponent(value)]);
    return false;
  });
  return { url: query === "" ? base : `${base}?${rest.join("&")}`, headers };
}

/** The storage's own word in its answer, which also repeats what should have been signed and is kept to ourselves. */
async function readCode(response: Response): Promise<string | undefined> {
  const reader = response.body?.getReader();
  try {
    const part = await reader?.read();
    return /<Code>([A-Za-z]{1,40})</.exec(new TextDecoder().decode(part?.value))?.[1];
  } catch {
    return undefined;
  } finally {
    reader?.cancel().catch(() => {});
  }
}

/**
 * Fetches a presigned address: without an access token, and without following where it may point.
 *
 * @throws QBenchFileError
 */
export async function fetchPresigned(address: string, init: RequestInit, options: FileOptions): Promise<Response> {
  const { fetch = globalThis.fetch, signal } = options;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !isSecureUrl(url) || url.username || url.password) {
    throw new QBenchFileError("insecure_url", "The file's address is not https");
  }
  let response: Response;
  try {
    response = await fetch(new Request(address, { ...init, redirect: "manual", ...(signal && { signal }) }));
  } catch (error) {
    signal?.throwIfAborted();
    // What was to be sent may have ended too early.
    for (const known of [error, error instanceof Error && error.cause])
      if (known instanceof QBenchFileError) throw known;
    throw new QBenchFileError("network", "The file's storage could not be reached, or the connection broke");
  }
  if (response.ok) return response;
  const { status } = response;
  const code = await readCode(response);
  const answer = `answered ${[status, code].filter(Boolean).join(" ")}`;
  const details = { status, ...(code !== undefined && { code }) };
  if (init.method !== "PUT" && (status === 403 || code === "ExpiredToken")) {
    throw new QBenchFileError("expired", `The file's address has expired: read the record again (${answer})`, details);
  }
  throw new QBenchFileError("refused", `The file's storage ${answer}`, details);
}
