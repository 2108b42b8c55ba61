const MAX_LENGTH = 200;

/**
 * Returns one line of text without control characters and invisible ones, which could change what a terminal shows.
 * They are escaped as in JavaScript.
 */
export function printable(text: string): string {
  const shown = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  return shown.replaceAll(hidden, character => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

export const isPrintable = (text: string): boolean => text.search(hidden) === -1;

const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
