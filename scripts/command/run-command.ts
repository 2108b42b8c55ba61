import { CommandError } from "./command-error.ts";

/** Runs a command; an error that the user can put right is one line on stderr and exit code 1. */
export async function runCommand(usage: string, main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${explain(error, usage)}\n`);
  }
}

function explain(error: unknown, usage: string): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")) {
    return `${oneLine(error.message.split(". ")[0] ?? "")}. Usage: ${usage}`;
  }
  // By name: `generate` runs before the package that has the class is built.
  if (error instanceof CommandError || error.name === "QBenchAuthError") return oneLine(error.message);
  return error.stack ?? error.message;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
