import { isRecord } from "../check-fields.js";
import { describeText } from "./describe-text.js";

/**
 * Names what a successful response holds: a `page` of a list, the `records` of a write that takes and returns records,
 * one record as the `data` of another envelope, or a `list` as that. A `file` is a text or bytes, without an envelope.
 */
export type ResponseContent = "page" | "records" | "data" | "list" | "file";

/**
 * Holds what a successful response turned out to be: its data, the body of an error, or none of these. `text` is the
 * body, if it is not JSON.
 */
export type ParsedBody = { data: unknown } | { error: unknown } | { problem: string; text: string };

/**
 * Parses the body of a successful response. A file is a text, or bytes if the content type is not that of a text. Labels
 * can be HTML, ZPL or PDF (docs/qbench-api.md §8).
 *
 * @param body the bytes of a file, or else a text. Undefined if openapi-fetch found no body.
 * @param content what the document declares. Undefined if that is not known, or nothing.
 */
export function parseBody(
  body: unknown,
  { status, headers }: Response,
  method: string,
  content: ResponseContent | undefined,
  parseJson: (text: string) => unknown = JSON.parse,
): ParsedBody {
  const isFile = content === "file";
  const typeOf = (): string => headers.get("Content-Type") ?? "";
  let text = String(body ?? "");
  if (isFile) {
    const bytes = new Uint8Array((body as ArrayBuffer | undefined) ?? []);
    if (bytes.length > 0 && !/^text\/|json|xml|zpl/i.test(typeOf())) return { data: bytes };
    text = new TextDecoder().decode(bytes);
  }
  const value = tryParse(text, parseJson);
  if (isErrorBody(value, content !== undefined && !isFile)) return { error: value };
  if (isFile) return { data: text };
  if (value !== undefined) {
    const problem = content && findMissingData(value, content);
    return problem ? { problem, text: "" } : { data: value };
  }
  if (text.trim() !== "") return { problem: describeText(text, typeOf()), text };
  return content || (method === "GET" && status === 200)
    ? { problem: "the response has no body.", text: "" }
    : { data: undefined };
}

/** Returns undefined, which JSON does not have, for a text that is not JSON. */
function tryParse(text: string, parseJson: (text: string) => unknown): unknown {
  try {
    return text === "" ? undefined : parseJson(text);
  } catch {
    return undefined;
  }
}

/** Returns what is wrong with a body that should hold data in an envelope. Returns undefined if it holds them. */
function findMissingData(body: unknown, content: ResponseContent): string | undefined {
  const data = isRecord(body) ? body.data : undefined;
  if (Array.isArray(data) && content === "page" && data.includes(null)) {
    return "the data of the response contains null. Report it to QBench.";
  }
  if (content === "data" ? isRecord(data) : Array.isArray(data)) return undefined;
  const kind = Array.isArray(data) ? "a list" : data === null ? "null" : typeof data;
  return `the data of the response is ${kind}, not a ${content === "data" ? "record" : "list"}. Check baseUrl, or report it to QBench.`;
}

/**
 * Returns true for the body of an error (docs/qbench-api.md §6.2). Envelopes with data do not have its fields. Another
 * body can have such a field, if it also has an id.
 */
export const isErrorBody = (body: unknown, isEnvelope = false): boolean =>
  isRecord(body) &&
  (isEnvelope || (body.data ?? body.id ?? null) === null) &&
  [body.error, body.error_type, body.error_description].some(text => typeof text === "string" && text !== "");
