/** Writes one line to stderr. Control characters, which what a server wrote can hold, must not reach a terminal. */
export function tellUser(message: string): void {
  process.stderr.write(`qbench: ${message.replace(/[\p{Cc}\s]+/gu, " ").trim()}\n`);
}
