import { readRetryAfter } from "@qbench-sdk/auth/internal";
import { QBenchApiError, QBenchRateLimitError } from "../errors/api-error.js";
import { requestInfoOf } from "../errors/request-info.js";

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** A gateway may answer with a page. */
const longestDescription = 500;

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** The error for an answer, from either of QBench's envelopes: `error_type` and so on, or `error` alone (facts 6.2). */
export function toApiError(response: Response, body: unknown): QBenchApiError {
  const envelope = isObject(body) ? body : {};
  const { status } = response;
  const type = textOf(envelope.error_type);
  const token = textOf(envelope.error_token);
  const description = textOf(envelope.error_description) ?? textOf(envelope.error);
  const { method, path } = requestInfoOf(response) ?? { path: response.url && new URL(response.url).pathname };
  const retryAfterMs = readRetryAfter(response.headers, Date.now(), envelope);
  const message = [
    `${[method, path].filter(Boolean).join(" ") || "The call"} was answered ${status}`,
    [type, description?.replace(/[\s\p{Cc}]+/gu, " ").slice(0, longestDescription)].filter(Boolean).join(": "),
    token && `error_token ${token}`,
  ];
  return new (status === 429 ? QBenchRateLimitError : QBenchApiError)(message.filter(Boolean).join("; "), {
    status,
    errors: Array.isArray(envelope.errors) ? envelope.errors.filter(isObject) : [],
    ...(type !== undefined && { type }),
    ...(token !== undefined && { errorToken: token }),
    ...(method && { method }),
    ...(path && { path }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
