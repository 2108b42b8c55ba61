/** Limits a message, which can name all fields of a list. */
const MAX_LENGTH = 4000;

const secrets: string[] = [];

/** Keeps a secret out of all later lines, because the server's text can repeat it. */
export const hideSecret = (secret: string): void => void secrets.push(secret);

let clearLine = "";

/** Says whether a progress bar is on the last line of the terminal. It draws itself again below a line of text. */
export function setProgressBar(isShown: boolean): void {
  clearLine = isShown ? "\r\u001b[K" : "";
}

/**
 * Writes one line to stderr, without secrets, without the queries of URLs, and without characters that control a
 * terminal.
 */
export const writeLine = (message: string): Promise<void> => write(message, {});

/** Writes a line that shows the query of a URL. Never pass it a presigned URL, whose query is as good as a password. */
export const writeUrl = (message: string): Promise<void> => write(message, { keepQueries: true });

async function write(message: string, options: { keepQueries?: boolean }): Promise<void> {
  // Loaded with the first line, because the help needs none. Without this package, no server can have sent a text.
  const line = await import("@qbench-sdk/auth/internal").then(
    ({ sanitizeText }) => sanitizeText(message, secrets, MAX_LENGTH, options),
    () => message,
  );
  process.stderr.write(`${clearLine}qbench: ${line}\n`);
}
