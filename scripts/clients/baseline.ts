import type { JsonObject } from "../document/model/json.ts";

/** The mark in the document of the emulator, which `openapi/main.json` is until the first pull from a tenant. */
const mark = "qbench-sdk/emulator";

/**
 * Returns true if the pulled document is the first one of its API. The emulator's document is a stand-in. Its
 * differences from a tenant's document are not changes of an API.
 */
export const isBaseline = (committed: JsonObject, pulled: JsonObject): boolean =>
  committed["x-source"] === mark && pulled["x-source"] !== mark;
