import { readRetryAfter, sanitizeText } from "@qbench-sdk/auth/internal";
import { QBenchApiError, QBenchRateLimitError } from "../errors/api-error.js";
import { resendAdvice, toSentence } from "../errors/message.js";
import { requestInfoOf, secretsOf } from "../errors/request-info.js";

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const MAX_MESSAGE_LENGTH = 500;
/** Limits each part of a message but the description. */
const MAX_PART_LENGTH = 100;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

type Secrets = ReturnType<typeof secretsOf>;

/** Applies `sanitizeText` to all texts and names in an item. Leaves out what is nested deeper than eight levels. */
function sanitizeItem(item: unknown, secrets: Secrets, levels = 8): unknown {
  if (!isObject(item)) return typeof item === "string" ? sanitizeText(item, secrets) : item;
  const fields = levels > 0 ? Object.entries(item) : [];
  const clean = fields.map(([name, value]) => [sanitizeText(name, secrets), sanitizeItem(value, secrets, levels - 1)]);
  return Array.isArray(item) ? clean.map(([, value]) => value) : Object.fromEntries(clean);
}

/**
 * Describes the first item of `errors` by the path to the wrong value and the server's message. QBench does not publish
 * the fields of an item. Other fields are left out, because validators repeat the value that was sent.
 */
function describeItem(item: unknown): string {
  if (!isObject(item)) return textOf(item);
  const path = item.loc ?? item.path ?? item.field ?? item.index;
  const keys = (Array.isArray(path) ? path : [path]).filter(key => typeof key === "string" || typeof key === "number");
  const message = messageNames.map(name => textOf(item[name])).find(Boolean);
  return [keys.join("."), message].filter(Boolean).join(": ");
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
  const secrets = secretsOf(response);
  const clean = (text: unknown): string => sanitizeText(textOf(text), secrets, MAX_PART_LENGTH);
  const type = clean(envelope.error_type);
  const errorToken = clean(envelope.error_token);
  const items: unknown[] = Array.isArray(envelope.errors) ? envelope.errors : [];
  const item = toSentence(describeItem(items[0]), secrets, MAX_PART_LENGTH);
  const { method, path } = requestInfoOf(response) ?? { path: response.url && clean(new URL(response.url).pathname) };
  const retryAfterMs = readRetryAfter(response.headers, Date.now(), envelope);
  const request = [method, path].filter(Boolean).join(" ") || "The request";
  const start = `${[`${request} failed: ${status}`, type].filter(Boolean).join(" ")}.`;
  const end = [
    item && (items.length > 1 ? `First of ${items.length} errors: ${item}` : item),
    adviceOf(status, method),
    errorToken && `error_token ${errorToken}`,
  ].filter(Boolean);
  // The description gets what the other parts leave, but for a space and a period.
  const length = Math.max(1, MAX_MESSAGE_LENGTH - 2 - [start, ...end].join(" ").length);
  const description = toSentence(textOf(envelope.error_description) || textOf(envelope.error), secrets, length);
  const message = [start, description, ...end].filter(Boolean).join(" ");
  return new (status === 429 ? QBenchRateLimitError : QBenchApiError)(message, {
    status,
    errors: items.filter(isObject).map(each => sanitizeItem(each, secrets) as Record<string, unknown>),
    ...(type && { type }),
    ...(errorToken && { errorToken }),
    ...(method && { method }),
    ...(path && { path }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function adviceOf(status: number, method: string | undefined): string | undefined {
  if (status === 403) return "Check the API client's scopes in QBench.";
  if (status === 429) return "QBench did not execute the request. Retry later, or lower the option limits.";
  // Neither the body of an error with a successful status nor a redirect says whether QBench executed the request.
  return (status >= 500 || status === 408 || status < 400) && method ? resendAdvice(method) : undefined;
}
