import type { JsonObject } from "../document/model/json.ts";

/** The mark in the document of the emulator, which `openapi/main.json` is until the first pull from a tenant. */
const mark = "qbench-sdk/emulator";

/** Returns true if an emulator serves this document. It is a stand-in for the document of a tenant. */
export const isFromEmulator = (document: JsonObject): boolean => document["x-source"] === mark;

/**
 * Returns true if the pulled document is the first one of its API. Its differences from the emulator's document are not
 * changes of an API.
 */
export const isBaseline = (committed: JsonObject, pulled: JsonObject): boolean =>
  isFromEmulator(committed) && !isFromEmulator(pulled);
