import { existsSync } from "node:fs";
import { join } from "node:path";

/** Reads `.env` of the root where there is one; variables that are set already win. */
export function loadEnv(root: string): NodeJS.ProcessEnv {
  const file = join(root, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
  return process.env;
}
