/** Limits the text of a server in a message, because a proxy can respond with a whole page. */
const MAX_TEXT_LENGTH = 500;

/** Sequences that control a terminal, and characters without a visible form. White space is not among them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: removes them
const HIDDEN = /\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-?]*[ -/]*[@-~]|[^\P{Cc}\s]|[\p{Cf}\p{Cs}\p{DI}]/gu;

/** Characters that are invisible in a name, or end its line. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{DI}\p{Zl}\p{Zp}]/gu;

/** Credentials that a text names or that have a form of their own: `Bearer …`, `client_secret=…`, `"jid": "…"`, JWTs. */
const CREDENTIAL =
  /(\b(?:bearer|basic) (?=[^\s"',;<>]{16})|(?:token|secret|assertion|signature|credential|password|cookie|jid|api.?key|accesskeyid)[\w-]{0,20}["']? ?[=:] ?["']?(?=[^\s"'&,;<>]{12}))[^\s"'&,;<>]+|eyJ[\w.-]{8,}/gi;

const toLine = (text: string): string => text.replace(HIDDEN, "").replace(/\s+/g, " ").trim();

/**
 * Returns a text of a server, a header or a foreign error as it may stand in a message, an event or a log. It is on one
 * line and has no characters that control a terminal, hide, or change the direction of text. Credentials are replaced,
 * and the queries of URLs are removed, because a URL can be presigned. Its run time grows linearly with the text.
 *
 * @param secrets what the request contained, such as its access token
 * @param maxLength in UTF-16 code units; default 500
 */
export function sanitizeText(
  text: string,
  secrets: readonly (string | null | undefined)[] = [],
  maxLength: number = MAX_TEXT_LENGTH,
): string {
  let line = toLine(text);
  for (const secret of secrets) {
    const hidden = toLine(secret ?? "");
    if (hidden) line = line.replaceAll(hidden, "[redacted]");
  }
  line = line.replace(/\?\S+/g, query => (query.includes("=") ? "" : query)).replace(CREDENTIAL, "$1[redacted]");
  // The cut can leave half of a character.
  return line.length > maxLength ? `${line.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, "")}…` : line;
}

/** Escapes the invisible characters of a name as JavaScript does, so that two different names look different. */
export const escapeInvisible = (name: string): string =>
  name.replace(INVISIBLE, each => `\\u{${each.codePointAt(0)?.toString(16)}}`);
