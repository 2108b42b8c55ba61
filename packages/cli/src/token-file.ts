import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Settings } from "./read-settings.js";

/** The user's folder for what outlives a command: LOCALAPPDATA on Windows, else XDG_STATE_HOME or `~/.local/state`. */
function stateFolder(): string {
  const { LOCALAPPDATA, XDG_STATE_HOME } = process.env;
  const named = process.platform === "win32" ? LOCALAPPDATA : XDG_STATE_HOME;
  // The XDG specification says to ignore one that is not absolute.
  return named && isAbsolute(named) ? named : join(homedir(), ".local", "state");
}

/** Where the token of an API client is kept between commands: one file for each tenant and API client. */
export function tokenFile({ baseUrl, clientId }: Settings): string {
  const identity = createHash("sha256")
    .update(`${baseUrl.replace(/\/$/, "")} ${clientId}`)
    .digest("hex");
  return join(stateFolder(), "qbench-sdk", `${identity.slice(0, 16)}.json`);
}
