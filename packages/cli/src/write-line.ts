import { sanitizeText } from "@qbench-sdk/auth/internal";

/** Limits a message, which can name all fields of a list. */
const MAX_LENGTH = 4000;

const secrets: string[] = [];

/** Keeps a secret out of all later lines, because the server's text can repeat it. */
export const hideSecret = (secret: string): void => void secrets.push(secret);

/** Writes one line to stderr, without secrets and without characters that control a terminal. */
export function writeLine(message: string): void {
  process.stderr.write(`qbench: ${sanitizeText(message, secrets, MAX_LENGTH)}\n`);
}
