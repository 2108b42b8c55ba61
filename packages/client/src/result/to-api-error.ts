import { readRetryAfter } from "@qbench-sdk/auth/internal";
import { QBenchApiError, QBenchRateLimitError } from "../errors/api-error.js";
import { resendAdvice, toSentence } from "../errors/message.js";
import { requestInfoOf } from "../errors/request-info.js";

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Limits the description in a message, because a proxy can respond with a whole page. */
const MAX_DESCRIPTION_LENGTH = 500;
/** Limits the other parts of a message. */
const MAX_PART_LENGTH = 200;

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Puts a text of the server on one line, without characters that control a terminal or the direction of text. */
const toLine = (text: string | undefined, maxLength: number): string | undefined =>
  text
    ?.replace(/[\s\p{Cc}\p{Cf}]+/gu, " ")
    .trim()
    .slice(0, maxLength)
    // The cut can leave half of a character.
    .replace(/\p{Cs}/gu, "");

/**
 * Describes the first item of `errors` by the path to the wrong value and the server's message. QBench does not publish
 * the fields of an item. Other fields are left out, because validators repeat the value that was sent.
 */
function describeItem(item: unknown): string | undefined {
  if (!isObject(item)) return textOf(item);
  const path = item.loc ?? item.path ?? item.field ?? item.index;
  const keys = (Array.isArray(path) ? path : [path]).filter(key => typeof key === "string" || typeof key === "number");
  const message = messageNames.map(name => textOf(item[name])).find(Boolean);
  return [keys.join("."), message].filter(Boolean).join(": ") || undefined;
}

/** The fields that have the message of an item, the most specific first. */
const messageNames = ["msg", "message", "detail", "reason", "error_description", "description", "error"];

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
  const description = toLine(text, MAX_DESCRIPTION_LENGTH);
  const items: unknown[] = Array.isArray(envelope.errors) ? envelope.errors : [];
  const item = toLine(describeItem(items[0]), MAX_PART_LENGTH);
  const { method, path } = requestInfoOf(response) ?? { path: response.url && new URL(response.url).pathname };
  const retryAfterMs = readRetryAfter(response.headers, Date.now(), envelope);
  const request = [method, path].filter(Boolean).join(" ") || "The request";
  const message = [
    `${[`${request} failed: ${status}`, toLine(type, MAX_PART_LENGTH)].filter(Boolean).join(" ")}.`,
    description && toSentence(description),
    item && toSentence(items.length > 1 ? `First of ${items.length} errors: ${item}` : item),
    adviceOf(status, method),
    errorToken && `error_token ${toLine(errorToken, MAX_PART_LENGTH)}`,
  ];
  return new (status === 429 ? QBenchRateLimitError : QBenchApiError)(message.filter(Boolean).join(" "), {
    status,
    errors: items.filter(isObject),
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
  // The body of an error with a successful status does not say whether QBench executed the request.
  return (status >= 500 || status === 408 || status < 300) && method ? resendAdvice(method) : undefined;
}
