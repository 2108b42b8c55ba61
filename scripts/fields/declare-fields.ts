import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeIfChanged } from "../command/write-file.ts";
import { openOverlay } from "./overlay-file.ts";
import type { Verification } from "./verify-fields.ts";

export interface DeclaredFields {
  /** The overlay, relative to the root. */
  file: string;
  count: number;
  /** Restores the overlay. */
  undo(): Promise<void>;
}

/**
 * Declares the undeclared fields in the client's overlay for custom fields, and gives a type to those that had none.
 * All other entries of the overlay stay as they are.
 */
export async function declareFields(
  root: string,
  { client, undeclared, untyped }: Verification,
): Promise<DeclaredFields> {
  const file = `openapi/overlays/${client}/custom-fields.yaml`;
  const path = join(root, file);
  const text = await readFile(path, "utf8").catch(error => {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  });
  const overlay = openOverlay(text, file);
  const fields = [...undeclared, ...untyped.filter(overlay.hasPlaceholder)];
  for (const field of fields) overlay.declare(field);
  if (fields.length > 0) await writeIfChanged(path, overlay.toString());
  return {
    file,
    count: fields.length,
    async undo() {
      if (text === undefined) await rm(path, { force: true });
      else await writeIfChanged(path, text);
    },
  };
}
