/** Returns the JSONPath (RFC 9535) to a part of one or more schemas. */
export function pathToComponents(names: readonly string[], steps: readonly (string | number)[]): string {
  return `$.components.schemas[${names.map(quote).join(",")}]${steps.map(toSegment).join("")}`;
}

/** Returns a string literal of JSONPath. */
export const quote = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

const toSegment = (step: string | number): string =>
  typeof step === "number" ? `[${step}]` : /^[A-Za-z_]\w*$/.test(step) ? `.${step}` : `[${quote(step)}]`;
