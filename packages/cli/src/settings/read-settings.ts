import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { UsageError } from "../errors/usage-error.js";
import { hideSecret } from "../output/write-line.js";

export interface Settings {
  baseUrl: string;
  clientId: string;
  clientSecret: string;
}

/**
 * Reads the three settings, each from the environment or else from the file `.env` in the working directory. Other
 * variables in that file are ignored, so that it cannot change how this process runs.
 *
 * @throws UsageError if a setting is missing. The message names all missing ones.
 */
export function readSettings(): Settings {
  const file = readEnvFile();
  const missing: string[] = [];
  const read = (name: string): string => {
    const value = process.env[name] || file[name];
    if (!value) missing.push(name);
    return value ?? "";
  };
  const settings = {
    baseUrl: read("QBENCH_URL"),
    clientId: read("QBENCH_CLIENT_ID"),
    clientSecret: read("QBENCH_CLIENT_SECRET"),
  };
  if (missing.length > 0) {
    throw new UsageError(
      `Missing settings: ${missing.join(", ")}. Set them in the environment or in .env; see qbench --help.`,
    );
  }
  hideSecret(settings.clientSecret);
  return settings;
}

function readEnvFile(): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(".env", "utf8"));
  } catch (error) {
    const { code } = Object(error);
    if (code === "ENOENT") return {};
    throw new UsageError(`Could not read .env (${code}).`);
  }
}
