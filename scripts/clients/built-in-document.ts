import { buildDocument } from "../../packages/emulator/src/builtin/build-document.ts";
import type { JsonObject } from "../document/model/json.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { readNames, readOverlay } from "./read-overlays.ts";

/**
 * Returns the emulator's document as a pull would normalize it. Of the overlays, only the one of this repository applies
 * to it, so that the result is the same in every copy.
 */
export async function readBuiltIn(root: string): Promise<JsonObject> {
  const [names, overlay] = await Promise.all([readNames(root), readOverlay(root, "openapi/overlays/qbench.yaml", true)]);
  const document: JsonObject = JSON.parse(JSON.stringify(buildDocument()));
  return normaliseDocument(document, { names, overlays: [overlay] }).document;
}
