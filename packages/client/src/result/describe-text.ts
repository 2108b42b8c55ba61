import { sanitizeText } from "@qbench-sdk/auth/internal";

/** Returns the first words of a body for a message. They can be the title of a login page. */
export const firstWords = (text: string, secrets: Parameters<typeof sanitizeText>[1]): string =>
  // Cut off before, because a body can have megabytes. A secret at the cut is not in the first 150 characters.
  sanitizeText(text.slice(0, 10_000), secrets, 150);

/** Says why a text is not JSON, and what to do about it. */
export function describeText(text: string, contentType: string): string {
  const type = sanitizeText(contentType.split(";", 1).join(), [], 50);
  const isMarkup = /^\s*</.test(text);
  if (/^\s*[[{]/.test(text) || (type.includes("json") && !isMarkup)) {
    if (isCutOff(text)) return `the JSON is cut off after ${text.length} characters. The transfer broke.`;
    const problem = /[:,[]\s*-?(?:NaN|Infinity)/.test(text) ? "has NaN or Infinity as a number" : "is invalid";
    return `the server's JSON ${problem}. Report it to QBench.`;
  }
  if (type.includes("html") || /^\s*<[!h]/i.test(text)) {
    return "the response is HTML, not JSON. Check baseUrl: a proxy or a login page may have responded.";
  }
  const kind = (isMarkup ? "XML" : type) || "text";
  return `the response is ${kind}, not JSON. Check baseUrl, or set parseAs if this path does not return JSON.`;
}

/** Returns true if JSON ends inside of a string, a list or an object. */
function isCutOff(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '"') isInString = !isInString;
    else if (isInString) index += Number(character === "\\");
    else if ("[{".includes(character)) depth++;
    else if ("]}".includes(character)) depth--;
  }
  return isInString || depth > 0;
}
