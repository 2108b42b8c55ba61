import { stripVTControlCharacters } from "node:util";

/** Control characters, and characters that change the direction or the visibility of the text around them. */
const unsafe = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/gu;

/**
 * Returns a text of another party on one line, without characters that control a terminal. So it cannot rewrite the
 * lines around it.
 */
export const toPlainText = (text: string): string => stripVTControlCharacters(text).replaceAll(unsafe, " ");

const MAX_LENGTH = 200;

/** Characters that are invisible in a name. A text may have some of them, such as those that join letters or emoji. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Returns a name, or a line with names, of another party. Control characters and invisible ones are escaped as in
 * JavaScript, so that two different names look different.
 */
export function printable(text: string): string {
  const shown = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  return shown.replaceAll(hidden, character => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

export const isPrintable = (text: string): boolean => text.search(hidden) === -1;
