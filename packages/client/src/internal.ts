/**
 * Helpers that the packages of this repository share. Semantic versioning does not cover them, because the packages
 * that import them are released together.
 */
export { isErrorBody } from "./result/parse-body.js";
export { toApiError } from "./result/to-api-error.js";
export { findIgnoredFields } from "./writes/find-ignored-fields.js";
