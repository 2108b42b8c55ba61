/** Matches decimal numbers without leading zeros. `007` is rather a text, because a number loses the zeros. */
const decimal = /^[+-]?(?:0|[1-9]\d*)?(?:\.\d*)?(?:e[+-]?\d+)?$/i;

/** The digits that a number keeps exactly. */
const MAX_DIGITS = 15;

/**
 * Returns true if a worksheet that stores `value` has accepted the text. QBench is assumed to store some texts in another
 * form (docs/qbench-api.md §9). These are the same:
 *
 * - a text with and without spaces around it
 * - an empty text and null
 * - two forms of one number, as in `"7.10"` and `7.1`, but not `"007"` and `7`, which may be a code
 * - a boolean and its name in any case, as in `"TRUE"` and `true`
 */
export function isSameValue(sent: string, value: unknown): boolean {
  if (typeof value === "object" && value !== null) return false;
  const text = sent.trim();
  const read = String(value ?? "").trim();
  if (text === read) return true;
  if (typeof value === "boolean") return text.toLowerCase() === read;
  return isExactNumber(text) && isExactNumber(read) && Number(text) === Number(read);
}

const isExactNumber = (text: string): boolean =>
  decimal.test(text) && /\d/.test(text) && text.split(/e/i, 1).join().replaceAll(/\D/g, "").length <= MAX_DIGITS;
