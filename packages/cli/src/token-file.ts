import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Settings } from "./read-settings.js";

/** The user's folder for what can be made again: LOCALAPPDATA on Windows, else XDG_CACHE_HOME or `~/.cache`. */
function cacheFolder(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  const named = process.platform === "win32" ? LOCALAPPDATA : XDG_CACHE_HOME;
  // The XDG specification says to ignore one that is not absolute.
  return named && isAbsolute(named) ? named : join(homedir(), ".cache");
}

/** Where the token of an API client is kept between commands: one file for each tenant and API client. */
export function tokenFile({ baseUrl, clientId }: Settings): string {
  const identity = createHash("sha256")
    .update(`${baseUrl.replace(/\/$/, "")} ${clientId}`)
    .digest("hex");
  return join(cacheFolder(), "qbench-sdk", `${identity.slice(0, 16)}.json`);
}
