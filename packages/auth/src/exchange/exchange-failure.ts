import { QBenchAuthError } from "../errors/auth-error.js";
import { errorReason, systemCode } from "../errors/error-reason.js";
import { failedPhase } from "../errors/failed-phase.js";
import { NETWORK_ADVICE } from "../errors/network-advice.js";
import { BASE_URL } from "../errors/setting-names.js";
import { foreignRequestProblem } from "../http/foreign-fetch.js";

const PROBLEMS = {
  certificate: "rejected the certificate of",
  proxy: "the proxy refused to connect to",
  connect: "could not reach",
  headers: "lost the connection to",
};

/**
 * Returns the error of an exchange that got no complete response. Takes only a name and a system code from what fetch
 * threw, because that can hold the request and so the assertion.
 */
export function exchangeFailure(error: unknown, origin: string): QBenchAuthError {
  // A body can break off without an error.
  const phase = error === undefined ? "headers" : failedPhase(error);
  if (phase) {
    const code = systemCode(error);
    const reason = code === undefined ? "" : ` (${code})`;
    return new QBenchAuthError(
      phase === "certificate" || phase === "proxy" ? `${phase}_rejected` : "connection_failed",
      `${BASE_URL}: ${PROBLEMS[phase]} ${origin}${reason}. Check ${NETWORK_ADVICE[phase]}`,
    );
  }
  const problem = foreignRequestProblem(error);
  if (problem !== undefined) return new QBenchAuthError("invalid_option", problem);
  return new QBenchAuthError(
    "fetch_failed",
    `fetch: the function failed (${errorReason(error)}). Log its errors to see more.`,
  );
}
