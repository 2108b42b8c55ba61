/**
 * Helpers that the packages of this repository share. Semantic versioning does not cover them, because the packages
 * that import them are released together.
 */
export { abortable, whenAborted } from "./async/abortable.js";
export { type SetLimit, withDeadline } from "./async/deadline.js";
export { delay, MAX_TIMER_MS } from "./async/delay.js";
export { errorReason, systemCode } from "./errors/error-reason.js";
export { type FailedPhase, failedPhase } from "./errors/failed-phase.js";
export { QBenchInputError } from "./errors/input-error.js";
export { NETWORK_ADVICE } from "./errors/network-advice.js";
export { escapeInvisible, escapeLines, sanitizeText } from "./errors/sanitize-text.js";
export { foreignRequestProblem, NO_RESPONSE, responseProblem, streamOf } from "./http/foreign-fetch.js";
export { isSecureUrl } from "./http/is-secure-url.js";
export { readLimitedText } from "./http/read-limited-text.js";
export { readRetryAfter } from "./http/retry-after.js";
export { parseBaseUrl } from "./options/base-url.js";
export { assertWholeNumber } from "./options/whole-number.js";
export { discardBody, replayerOf } from "./replay/replay.js";
export { isWorkerd } from "./runtime.js";
