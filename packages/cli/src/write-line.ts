/** Writes one line to stderr. Replaces control characters, because text from a server could contain some. */
export function writeLine(message: string): void {
  process.stderr.write(`qbench: ${message.replace(/[\p{Cc}\s]+/gu, " ").trim()}\n`);
}
