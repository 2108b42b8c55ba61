import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { UsageError } from "./usage-error.js";

export interface Settings {
  baseUrl: string;
  clientId: string;
  clientSecret: string;
}

/**
 * The three settings, from the environment, else from a file `.env` in the working directory. Nothing else of that file is
 * used: it must not be able to change how this process runs. What is missing is empty, and named by who needs it.
 */
export function readSettings(): Settings {
  const file = readEnvFile();
  const read = (name: string): string => process.env[name] || file[name] || "";
  return {
    baseUrl: read("QBENCH_URL"),
    clientId: read("QBENCH_CLIENT_ID"),
    clientSecret: read("QBENCH_CLIENT_SECRET"),
  };
}

function readEnvFile(): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(".env", "utf8"));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return {};
    throw new UsageError(
      `.env: cannot be read (${code}); mend it, or set QBENCH_URL and the others in the environment`,
    );
  }
}
