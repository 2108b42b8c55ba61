/** Limits a message, which can name all fields of a list. */
const MAX_LENGTH = 4000;

const secrets: string[] = [];

/** Keeps a secret out of all later lines, because the server's text can repeat it. */
export const hideSecret = (secret: string): void => void secrets.push(secret);

/** Writes one line to stderr, without secrets and without characters that control a terminal. */
export async function writeLine(message: string): Promise<void> {
  // Loaded with the first line, because the help needs none. Without this package, no server can have sent a text.
  const line = await import("@qbench-sdk/auth/internal").then(
    ({ sanitizeText }) => sanitizeText(message, secrets, MAX_LENGTH),
    () => message,
  );
  process.stderr.write(`qbench: ${line}\n`);
}
