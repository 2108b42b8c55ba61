import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Settings } from "../settings/read-settings.js";

/** Returns the user's folder for state: LOCALAPPDATA on Windows, otherwise XDG_STATE_HOME or `~/.local/state`. */
function stateFolder(): string {
  const { LOCALAPPDATA, XDG_STATE_HOME } = process.env;
  const configured = process.platform === "win32" ? LOCALAPPDATA : XDG_STATE_HOME;
  // The XDG specification says to ignore a path that is not absolute.
  return configured && isAbsolute(configured) ? configured : join(homedir(), ".local", "state");
}

/** Returns the file that stores the token between commands, one for each tenant and API client. */
export function tokenFile({ baseUrl, clientId }: Settings): string {
  const identity = createHash("sha256")
    .update(`${baseUrl.replace(/\/$/, "")} ${clientId}`)
    .digest("hex");
  return join(stateFolder(), "qbench-sdk", `${identity.slice(0, 16)}.json`);
}
