const marks = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: "utf-8" },
  { bytes: [0xff, 0xfe], encoding: "utf-16le" },
  { bytes: [0xfe, 0xff], encoding: "utf-16be" },
];

/**
 * Decodes a text as its first bytes show, then as its `Content-Type` says, then as the page itself says. Without any of
 * these, the text is UTF-8.
 */
export function decodeText(bytes: Uint8Array, contentType: string | null = null): string {
  const mark = marks.find(({ bytes: start }) => start.every((byte, index) => bytes[index] === byte));
  const charset = mark?.encoding ?? unmarked(bytes) ?? charsetIn(contentType ?? "") ?? charsetOfPage(bytes);
  return createDecoder(charset ?? "utf-8").decode(bytes);
}

const charsetIn = (text: string): string | undefined => /charset\s*=\s*["']?([\w.:-]+)/i.exec(text)?.[1];

/** Recognizes UTF-16 without a mark: JSON, YAML and HTML start with an ASCII character, so every other byte is 0. */
function unmarked([first, second]: Uint8Array): string | undefined {
  if (first === 0 && second !== 0) return "utf-16be";
  return second === 0 && first !== 0 && first !== undefined ? "utf-16le" : undefined;
}

/** Finds the `meta` element with a charset, where HTML requires it: in the first 1024 bytes. */
function charsetOfPage(bytes: Uint8Array): string | undefined {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  const metas = /^\s*</.test(start) ? start.match(/<meta\s[^<>]*>/gi) : [];
  const charset = metas?.map(charsetIn).find(each => each !== undefined);
  // A page that could be read so far is not in UTF-16, whatever it says.
  return charset !== undefined && /^utf-?16/i.test(charset) ? undefined : charset;
}

/** Decodes an unknown charset as UTF-8, which most such labels mean. */
function createDecoder(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
