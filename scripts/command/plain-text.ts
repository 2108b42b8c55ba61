// By its path, because some commands run before the packages are built.
import { escapeInvisible } from "../../packages/auth/src/errors/sanitize-text.ts";

/**
 * Returns a name, or a line with names, of another party. Control characters and invisible ones are escaped as in
 * JavaScript, so that two different names look different, and none changes the text around it.
 */
export const printable = (text: string): string =>
  escapeInvisible(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);

const MAX_LENGTH = 200;

export const isPrintable = (text: string): boolean => escapeInvisible(text) === text;
