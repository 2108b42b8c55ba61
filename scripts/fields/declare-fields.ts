import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeIfChanged } from "../command/write-file.ts";
import { openOverlay } from "./overlay-file.ts";
import type { Verification } from "./verify-fields.ts";

/**
 * Declares the undeclared fields in the client's overlay for custom fields, and gives a type to those that had none.
 * All other entries of the overlay stay as they are. Returns the path of the overlay and the number of fields.
 */
export async function declareFields(
  root: string,
  { client, undeclared, untyped }: Verification,
): Promise<{ file: string; count: number }> {
  const file = `openapi/overlays/${client}/custom-fields.yaml`;
  const text = await readFile(join(root, file), "utf8").catch(error => {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  });
  if (text === undefined && undeclared.length === 0) return { file, count: 0 };
  const overlay = openOverlay(text, file);
  const fields = [...undeclared, ...untyped.filter(overlay.hasPlaceholder)];
  for (const field of fields) overlay.declare(field);
  if (fields.length > 0) await writeIfChanged(join(root, file), overlay.toString());
  return { file, count: fields.length };
}
