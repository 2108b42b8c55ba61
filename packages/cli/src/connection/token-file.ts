import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { QBenchAuthError, type TokenStore } from "@qbench-sdk/auth";
import { UsageError } from "../errors/usage-error.js";
import type { Settings } from "../settings/read-settings.js";

/** Returns the user's folder for state: LOCALAPPDATA on Windows, otherwise XDG_STATE_HOME or `~/.local/state`. */
function stateFolder(): string {
  const { LOCALAPPDATA, XDG_STATE_HOME } = process.env;
  const configured = process.platform === "win32" ? LOCALAPPDATA : XDG_STATE_HOME;
  // The XDG specification says to ignore a path that is not absolute.
  return configured && isAbsolute(configured) ? configured : join(homedir(), ".local", "state");
}

/** Returns the file that stores the token between commands, one for each tenant and API client. */
function tokenFile({ baseUrl, clientId }: Settings): string {
  const identity = createHash("sha256")
    .update(`${baseUrl.replace(/\/$/, "")} ${clientId}`)
    .digest("hex");
  return join(stateFolder(), "qbench-sdk", `${identity.slice(0, 16)}.json`);
}

/**
 * Opens the file that stores the token between commands.
 *
 * @throws UsageError if the file or its folder is unsafe. Others may have read the token then, or planted one. The store
 *   itself would replace the file, and the command would succeed.
 */
export async function openTokenFile(settings: Settings): Promise<TokenStore> {
  const { fileTokenStore } = await import("@qbench-sdk/auth/file-token-store");
  const file = tokenFile(settings);
  await checkOwner(dirname(file));
  const store = fileTokenStore(file);
  try {
    // Checks the file. No record has an empty key.
    await store.get("");
  } catch (error) {
    if (error instanceof QBenchAuthError)
      throw new UsageError(`Unsafe token file: ${error.message.replace(/^store: /, "")}`);
    // The token source reports other errors, such as those of a full disk, and goes on without the file.
  }
  return store;
}

/** Throws if the folder belongs to another user than this one or root, as after `sudo` with the variables of a user. */
async function checkOwner(folder: string): Promise<void> {
  const { uid } = await stat(folder).catch(() => ({ uid: 0 }));
  if (process.geteuid !== undefined && uid !== 0 && uid !== process.geteuid()) {
    throw new UsageError(
      `Unsafe token file: ${folder} belongs to another user. Set XDG_STATE_HOME to a folder of your own, or use --no-store.`,
    );
  }
}
