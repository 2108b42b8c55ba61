import { stripVTControlCharacters } from "node:util";

/** Control characters, and characters that change the direction or the visibility of the text around them. */
const unsafe = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/gu;

/**
 * Returns a text of another party on one line, without characters that control a terminal. So it cannot rewrite the
 * lines around it.
 */
export const toPlainText = (text: string): string => stripVTControlCharacters(text).replaceAll(unsafe, " ");
