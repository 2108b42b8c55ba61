import { readRetryAfter } from "@qbench-sdk/auth/internal";
import { QBenchApiError, QBenchRateLimitError } from "../errors/api-error.js";
import { resendAdvice, toSentence } from "../errors/message.js";
import { requestInfoOf } from "../errors/request-info.js";

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Limits the description in a message, because a proxy can respond with a whole page. */
const MAX_DESCRIPTION_LENGTH = 500;

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/**
 * Creates the error for an error response. It reads both of QBench's envelopes: the one with `error_type`, and the one
 * with `error` alone (docs/qbench-api.md §6.2).
 */
export function toApiError(response: Response, body: unknown): QBenchApiError {
  const envelope = isObject(body) ? body : {};
  const { status } = response;
  const type = textOf(envelope.error_type);
  const errorToken = textOf(envelope.error_token);
  const text = textOf(envelope.error_description) ?? textOf(envelope.error);
  const description = text?.replace(/[\s\p{Cc}]+/gu, " ").slice(0, MAX_DESCRIPTION_LENGTH);
  const { method, path } = requestInfoOf(response) ?? { path: response.url && new URL(response.url).pathname };
  const retryAfterMs = readRetryAfter(response.headers, Date.now(), envelope);
  const request = [method, path].filter(Boolean).join(" ") || "The request";
  const message = [
    `${request} failed: ${type === undefined ? status : `${status} ${type}`}.`,
    description && toSentence(description),
    adviceOf(status, method),
    errorToken && `error_token ${errorToken}`,
  ];
  return new (status === 429 ? QBenchRateLimitError : QBenchApiError)(message.filter(Boolean).join(" "), {
    status,
    errors: Array.isArray(envelope.errors) ? envelope.errors.filter(isObject) : [],
    ...(type !== undefined && { type }),
    ...(errorToken !== undefined && { errorToken }),
    ...(method && { method }),
    ...(path && { path }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function adviceOf(status: number, method: string | undefined): string | undefined {
  if (status === 403) return "Check the API client's scopes in QBench.";
  if (status === 429) return "QBench did not execute the request. Retry later, or lower the option limits.";
  return status >= 500 && method ? resendAdvice(method) : undefined;
}
