/** Says why a text is not JSON, and what to do about it. */
export function describeText(text: string, contentType: string): string {
  const type = contentType.split(";", 1).join().slice(0, 50);
  const isMarkup = /^\s*</.test(text);
  if (!isMarkup && (/^\s*[[{]/.test(text) || type.includes("json"))) {
    if (isCutOff(text)) return `the JSON is cut off after ${text.length} characters. The transfer broke.`;
    const problem = /[:,[]\s*-?(?:NaN|Infinity)/.test(text) ? "has NaN or Infinity" : "is invalid";
    return `the server's JSON ${problem}. Report it to QBench.`;
  }
  const isHtml = type.includes("html") || /^\s*<[!h]/i.test(text);
  const kind = isHtml ? "HTML" : isMarkup ? "XML" : type || "text";
  return `the response is ${kind}, not JSON. Check baseUrl${isHtml ? "" : ", or set parseAs"}.`;
}

/** Returns true if JSON ends inside of a list or an object. */
function isCutOff(text: string): boolean {
  // Also matches a string that is cut off.
  const structure = text.replace(/"(?:[^"\\]|\\.?)*"?/gs, "");
  return structure.split(/[[{]/).length > structure.split(/[\]}]/).length;
}
