import { UsageError } from "../errors/usage-error.js";
import { hideSecret } from "../output/write-line.js";
import { readEnvFile } from "./read-env-file.js";

export interface Settings {
  baseUrl: string;
  clientId: string;
  clientSecret: string;
}

/**
 * Reads the three settings from the environment and a file. Other variables in that file are ignored, so that it cannot
 * change how this process runs. Empty values count as missing.
 *
 * - Without `envFile`, the file is `.env` in the working directory, if it exists. The environment wins over it.
 * - With `envFile`, that file wins. An exported QBENCH_URL of one tenant must not be used with the secret of another.
 *
 * @throws UsageError if the file cannot be read, or a setting is missing. The message names all missing ones.
 */
export async function readSettings(envFile: string | undefined, signal: AbortSignal): Promise<Settings> {
  const file = envFile ?? ".env";
  const variables = await readEnvFile(file, { isOptional: envFile === undefined, signal });
  const sources = envFile === undefined ? [process.env, variables] : [variables, process.env];
  const missing: string[] = [];
  const read = (name: string): string => {
    const value = sources.map(source => source[name]).find(Boolean);
    if (value === undefined) missing.push(name);
    return value ?? "";
  };
  const settings = {
    baseUrl: read("QBENCH_URL"),
    clientId: read("QBENCH_CLIENT_ID"),
    clientSecret: read("QBENCH_CLIENT_SECRET"),
  };
  if (missing.length > 0) {
    throw new UsageError(
      `Missing settings: ${missing.join(", ")}. Set them in the environment or in ${file}; see qbench --help.`,
    );
  }
  hideSecret(settings.clientSecret);
  return settings;
}
