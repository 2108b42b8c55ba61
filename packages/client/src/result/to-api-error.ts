import { readRetryAfter, sanitizeText } from "@qbench-sdk/auth/internal";
import { isRecord } from "../check-fields.js";
import { QBenchApiError, QBenchRateLimitError } from "../errors/api-error.js";
import { resendAdvice, toSentence } from "../errors/message.js";
import { requestInfoOf, secretsOf } from "../errors/request-info.js";

const MAX_MESSAGE_LENGTH = 500;
/** Limits each part of a message but the description. */
const MAX_PART_LENGTH = 100;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const join = (parts: readonly unknown[], separator = " "): string => parts.filter(Boolean).join(separator);

type Secrets = ReturnType<typeof secretsOf>;

/** Applies `sanitizeText` to all texts and names in an item. Leaves out what is nested deeper than eight levels. */
function sanitizeItem(item: unknown, secrets: Secrets, levels = 8): unknown {
  const clean = (part: unknown): unknown => sanitizeItem(part, secrets, levels - 1);
  if (typeof item === "string") return sanitizeText(item, secrets);
  if (Array.isArray(item)) return levels > 0 ? item.map(clean) : [];
  if (!isRecord(item)) return item;
  const fields = levels > 0 ? Object.entries(item) : [];
  return Object.fromEntries(fields.map(field => field.map(clean)));
}

/**
 * Describes the first item of `errors` by the path to the wrong value and the server's message. QBench does not publish
 * the fields of an item. Other fields are left out, because validators repeat the value that was sent.
 */
function describeItem(item: unknown): string {
  if (!isRecord(item)) return textOf(item);
  const path = item.loc ?? item.path ?? item.field ?? item.index;
  const keys = (Array.isArray(path) ? path : [path]).filter(key => typeof key === "string" || typeof key === "number");
  const message = messageNames.map(name => textOf(item[name])).find(Boolean);
  return join([keys.join("."), message], ": ");
}

/** The fields that have the message of an item, the most specific first. */
const messageNames = ["msg", "message", "detail", "reason", "error_description", "description", "error"];

/**
 * Creates the error for an error response. It reads both of QBench's envelopes: the one with `error_type`, and the one
 * with `error` alone (docs/qbench-api.md §6.2).
 */
export function toApiError(response: Response, body: unknown): QBenchApiError {
  const envelope = isRecord(body) ? body : {};
  const { status } = response;
  const secrets = secretsOf(response);
  const clean = (text: unknown): string => sanitizeText(textOf(text), secrets, MAX_PART_LENGTH);
  const type = clean(envelope.error_type);
  const errorToken = clean(envelope.error_token);
  const items: unknown[] = Array.isArray(envelope.errors) ? envelope.errors : [];
  const item = toSentence(describeItem(items[0]), secrets, MAX_PART_LENGTH);
  const { method, path } = requestInfoOf(response) ?? { path: response.url && clean(new URL(response.url).pathname) };
  const retryAfterMs = readRetryAfter(response.headers, Date.now(), envelope);
  const start = `${join([join([method, path]) || "The request", `failed: ${status}`, type])}.`;
  const end = [
    item && (items.length > 1 ? `First of ${items.length} errors: ${item}` : item),
    adviceOf(status, method),
    errorToken && `error_token ${errorToken}`,
  ];
  // The description gets what the other parts leave, but for a space and a period.
  const length = Math.max(1, MAX_MESSAGE_LENGTH - 2 - join([start, ...end]).length);
  const description = toSentence(textOf(envelope.error_description) || textOf(envelope.error), secrets, length);
  const message = join([start, description, ...end]);
  return new (status === 429 ? QBenchRateLimitError : QBenchApiError)(message, {
    status,
    errors: items.filter(isRecord).map(each => sanitizeItem(each, secrets) as Record<string, unknown>),
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
