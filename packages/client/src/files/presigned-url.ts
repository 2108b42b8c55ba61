import {
  errorReason,
  failedPhase,
  foreignRequestProblem,
  isSecureUrl,
  NETWORK_ADVICE,
  readLimitedText,
  responseProblem,
  streamOf,
  systemCode,
} from "@qbench-sdk/auth/internal";
import { QBenchFileError } from "../errors/file-error.js";
import type { FetchLike } from "../transport/fetch-like.js";

/** Describes how much of a file was transferred. */
export interface FileProgress {
  /** Number of bytes that were transferred. */
  bytes: number;
  /** The size of the file in bytes, if it is known. */
  total?: number;
}

/** Configures an upload or a download. */
export interface FileOptions {
  /**
   * Aborts the transfer with the signal's reason. By default, a transfer has no timeout: pass
   * `AbortSignal.timeout(ms)`.
   */
  signal?: AbortSignal;
  /** Called after each chunk. Errors that it throws are ignored. */
  onProgress?: (progress: FileProgress) => void;
  /**
   * Replaces the global fetch. It gets no access token, because a presigned URL needs none. Pass `init` on, because
   * `init.signal` ends the transfer.
   */
  fetch?: FetchLike;
}

/** Returns the first of several fields of a record that holds a URL. */
export function findUrl(record: unknown, keys: readonly string[]): { key: string; url: string } | undefined {
  for (const key of keys) {
    const url = typeof record === "object" && record !== null ? Reflect.get(record, key) : undefined;
    if (typeof url === "string" && url !== "") return { key, url };
  }
  return undefined;
}

/**
 * Moves signed headers out of the query of a presigned URL. AWS libraries write them there for signature version 2, and
 * the storage expects them as headers (docs/qbench-api.md §8). The rest of the URL stays the same, byte for byte.
 * Version 4 starts its parameters with `X-Amz-` and signs them as a part of the query, so such a URL does not change.
 */
export function extractSignedHeaders(presignedUrl: string): { url: string; headers: [string, string][] } {
  const [base = "", ...queries] = presignedUrl.split("?");
  const query = queries.join("?");
  const headers: [string, string][] = [];
  const rest = query.split("&").filter(part => {
    const [, name, value] = /^(x-amz-security-token|content-type)=(.*)/.exec(part) ?? [];
    if (name === undefined || value === undefined) return true;
    headers.push([name, decodeURIComponent(value)]);
    return false;
  });
  return { url: query === "" ? base : `${base}?${rest.join("&")}`, headers };
}

const MAX_ERROR_BYTES = 4096;
/** An error body that stalls must not delay the error. */
const MAX_ERROR_MS = 1000;

/** Reads the beginning of an error body. It can repeat the signed text of the URL, so it must not leave this file. */
const readErrorBody = async (response: Response): Promise<string> =>
  (await readLimitedText(await streamOf(response), MAX_ERROR_BYTES, MAX_ERROR_MS)).text;

/**
 * Fetches a presigned URL. Sends no access token and follows no redirect.
 *
 * @throws QBenchFileError if the URL is not https, if the storage cannot be reached, or if it rejects the request
 */
export async function fetchPresigned(presignedUrl: string, init: RequestInit, options: FileOptions): Promise<Response> {
  const { fetch = globalThis.fetch, signal } = options;
  const url = URL.canParse(presignedUrl) ? new URL(presignedUrl) : undefined;
  if (!url || !isSecureUrl(url) || url.username || url.password) {
    throw new QBenchFileError(
      "insecure_url",
      "The file URL is not an https URL, or has a user name in it. No request was sent.",
    );
  }
  let response: Response;
  try {
    const stop = signal && { signal };
    // Passed twice: Node stops following the signal of a request that nothing refers to, and a fetch can ignore `init`.
    response = await fetch(new Request(presignedUrl, { ...init, redirect: "manual", ...stop }), stop);
  } catch (error) {
    signal?.throwIfAborted();
    const phase = failedPhase(error);
    if (phase) {
      throw new QBenchFileError(
        "connection_failed",
        `The file storage could not be reached, or the connection broke (${systemCode(error) ?? phase}). ` +
          `Check ${NETWORK_ADVICE[phase]}`,
      );
    }
    // The message can contain the URL.
    const problem = foreignRequestProblem(error) ?? `fetch: the function failed (${errorReason(error)})`;
    throw new QBenchFileError("fetch_failed", `${problem}.`);
  }
  const problem = responseProblem(response);
  if (problem !== undefined) throw new QBenchFileError("fetch_failed", `fetch: the function ${problem}.`);
  if (response.ok) return response;
  const { status } = response;
  const body = await readErrorBody(response);
  const code = /<Code>([A-Za-z]{1,40})</.exec(body)?.[1];
  const isExpired = code === "ExpiredToken" || body.includes("Request has expired");
  const message = `The file storage responded with ${code ? `${status} ${code}` : status}`;
  throw new QBenchFileError(
    isExpired ? "expired" : "rejected_by_server",
    isExpired ? `${message}: the URL has expired. Read the record again for a new one.` : `${message}.`,
    { status, ...(code && { code }) },
  );
}
