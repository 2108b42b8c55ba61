/** Limits the text of a server in a message, because a proxy can respond with a whole page. */
const MAX_TEXT_LENGTH = 500;

/** Sequences that control a terminal: titles and links up to their end, then colors and movements. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: begin and end the sequences
const SEQUENCE = /\x1b[\]PX^_][^\x07\x1b]*|[\x1b\x9b]\[?[0-?]*[ -/]*[@-~]/g;

/** Characters that are invisible, or end a line. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{DI}\p{Zl}\p{Zp}]/gu;

/**
 * `Bearer …`, `client_secret=…`, `"jid": "…"` and JWTs. The group stays. The parts of a JWT begin with `{"`, encoded as
 * `eyJ`. Within a word, such as `surveyJob`, it takes two of them. An `error_token` identifies an incident
 * (docs/qbench-api.md §6.1), so it is not one.
 */
const CREDENTIAL =
  /(\bbearer |(?:(?<!error_)token|secret|signature|cookie|jid)\w{0,3}["']? ?[=:] ?["']?|(?=\beyJ|eyJ[\w-]{9,300}\.eyJ))[^\s"'&,;<>]{15,}/gi;

/** The end of a path and its query, which is as good as a password if the URL is presigned. The group stays. */
const QUERY = /(\/[^\s?/]*)\?\S+/g;

/** Returns a text on one line, without characters that control a terminal, hide, or change the direction of text. */
export const toPlainLine = (text: string): string =>
  text.replace(SEQUENCE, "").replace(/\s+/g, " ").replace(INVISIBLE, "").trim();

/**
 * Returns a text of a server, a header or a foreign error as it may stand in a message, an event or a log. It is on one
 * line and has no characters that control a terminal, hide, or change the direction of text. Credentials are replaced,
 * and the queries of URLs are removed. Its run time grows linearly with the text.
 *
 * @param secrets what the request contained, such as its access token
 * @param maxLength in UTF-16 code units; default 500
 * @param options.keepQueries whether to keep the queries of URLs, of which none may be presigned
 */
export function sanitizeText(
  text: string,
  secrets: readonly (string | null | undefined)[] = [],
  maxLength: number = MAX_TEXT_LENGTH,
  { keepQueries = false }: { keepQueries?: boolean } = {},
): string {
  let line = toPlainLine(text);
  for (const secret of secrets) {
    const plain = toPlainLine(secret ?? "");
    if (plain) line = line.replaceAll(plain, "[redacted]");
  }
  if (!keepQueries) line = line.replace(QUERY, "$1");
  line = line.replace(CREDENTIAL, "$1[redacted]");
  // The cut can leave half of a character.
  return line.length > maxLength ? `${line.slice(0, maxLength - 1).replace(INVISIBLE, "")}…` : line;
}

/** Escapes invisible characters as JSON does, so that two names look different, and a JSON text keeps its value. */
export const escapeInvisible = (text: string): string =>
  text.replace(INVISIBLE, each => each.split("").map(toEscape).join(""));

/** Applies `escapeInvisible` to the lines of a text. */
export const escapeLines = (text: string): string => text.split("\n").map(escapeInvisible).join("\n");

const toEscape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
