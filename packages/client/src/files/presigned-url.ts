import type { Fetch } from "@qbench-sdk/auth";
import { isSecureUrl } from "@qbench-sdk/auth/internal";
import { QBenchFileError } from "../errors/file-error.js";

/** How far a file is, in bytes. */
export interface FileProgress {
  bytes: number;
  /** Where it is known. */
  total?: number;
}

/** What uploads and downloads take. */
export interface FileOptions {
  /** Ends it with the signal's reason. There is no time limit but `AbortSignal.timeout(ms)`. */
  signal?: AbortSignal;
  /** Is told after each part. What it throws is nobody's. */
  onProgress?: (progress: FileProgress) => void;
  /** In place of the global fetch. It gets no access token: presigned addresses are their own permission. */
  fetch?: Fetch;
}

/** The first of some fields of a record that holds a text. */
export function urlField(record: unknown, keys: readonly string[]): { key: string; url: string } | undefined {
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

/** The beginning of the storage's answer. It repeats what should have been signed, and is kept to ourselves. */
async function readRefusal(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  try {
    return new TextDecoder().decode((await reader?.read())?.value);
  } catch {
    return "";
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
    // What was to be sent may have failed, and fetch's own error has that as its cause.
    for (const known of [error, error instanceof Error && error.cause])
      if (known instanceof QBenchFileError) throw known;
    throw new QBenchFileError("connection_failed", "The file's storage could not be reached, or the connection broke");
  }
  if (response.ok) return response;
  const { status } = response;
  const refusal = await readRefusal(response);
  const code = /<Code>([A-Za-z]{1,40})</.exec(refusal)?.[1];
  const isExpired = code === "ExpiredToken" || refusal.includes("Request has expired");
  const answered = `The file's storage answered ${code ? `${status} ${code}` : status}`;
  throw new QBenchFileError(
    isExpired ? "expired" : "rejected_by_server",
    isExpired ? `${answered}: the address has expired, read the record again` : answered,
    { status, ...(code && { code }) },
  );
}
