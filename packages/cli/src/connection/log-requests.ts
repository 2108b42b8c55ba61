import type { TokenEvent } from "@qbench-sdk/auth";
import { errorReason } from "@qbench-sdk/auth/internal";
import type { ClientEvent, FetchLike } from "@qbench-sdk/client";
import { writeLine, writeUrl } from "../output/write-line.js";

/**
 * Wraps a fetch so that each request is a line on stderr: the method, the path with its query, the status and the time
 * until the response began. Headers and bodies are not shown. A URL outside of the tenant's API is presigned, which is
 * as good as a password, so it is shown as "the file storage".
 */
export function logRequests(fetch: FetchLike, origin: string): FetchLike {
  return async (request, init) => {
    const { origin: target, pathname, search } = new URL(request.url);
    const isApi = target === origin && pathname.startsWith("/qbench/");
    const path = isApi ? `${pathname}${search}` : "the file storage";
    const startedAt = performance.now();
    const log = (outcome: string): void => {
      void writeUrl(`${request.method} ${path} ${outcome} (${Math.round(performance.now() - startedAt)} ms)`);
    };
    try {
      const response = await fetch(request, init);
      log(String(response.status));
      return response;
    } catch (error) {
      log(`failed: ${errorReason(error)}`);
      throw error;
    }
  };
}

/** Writes what happens between the client and QBench to stderr: retries, queueing and rate limiting. */
export function logClientEvent(event: ClientEvent): void {
  const line = describeClientEvent(event);
  if (line !== undefined) void writeLine(line);
}

function describeClientEvent(event: ClientEvent): string | undefined {
  if (event.type === "retry") {
    const { method, path, attempt, status, code, waitMs } = event;
    return `${method} ${path}: attempt ${attempt} follows in ${waitMs} ms, after ${status ?? code ?? "a broken connection"}`;
  }
  if (event.type === "queued") return `A request waited ${Math.round(event.waitedMs)} ms to stay within the limits.`;
  if (event.type === "rate-limited") {
    const { kind, retryAfterMs } = event;
    const limit = kind === "unknown" ? "a limit" : kind === "rate" ? "the rate limit" : "the limit of concurrency";
    return `QBench applied ${limit}${retryAfterMs === undefined ? "" : ` and asks to wait ${retryAfterMs} ms`}.`;
  }
  // Commands that write report ignored fields themselves.
  return undefined;
}

/** Writes to stderr what token requests do not show: further attempts, waits and rejected tokens. */
export function logTokenEvent(event: TokenEvent): void {
  const line = describeTokenEvent(event);
  if (line !== undefined) void writeLine(line);
}

function describeTokenEvent(event: TokenEvent): string | undefined {
  switch (event.type) {
    case "exchange-started":
      return event.attempt > 1 ? `The token is requested again (attempt ${event.attempt}).` : undefined;
    case "token-rejected":
      return `QBench rejected the access token.${event.willReplay ? " The request is sent again with a new one." : ""}`;
    case "renewal-backoff":
      return event.waitMs > 0 ? `QBench asks to wait ${event.waitMs} ms before the next token request.` : undefined;
    case "clock-corrected":
      return `The clock of QBench is ${Math.round(event.offsetMs / 1000)} s ahead of this machine's.`;
    case "store-bypassed":
      return `The token file is not used for ${event.durationMs} ms, because it was too slow.`;
    default:
      return undefined;
  }
}
