import { existsSync } from "node:fs";
import { join } from "node:path";

/** Returns the environment, completed from `.env` in the root folder. Variables that are already set win. */
export function loadEnv(root: string): NodeJS.ProcessEnv {
  const file = join(root, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
  return process.env;
}
