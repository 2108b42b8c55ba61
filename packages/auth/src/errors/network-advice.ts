import type { FailedPhase } from "./failed-phase.js";

/** What to check after a failure of the network, as the end of a sentence. */
export const NETWORK_ADVICE: Record<FailedPhase, string> = {
  certificate: "its certificate and NODE_EXTRA_CA_CERTS.",
  proxy: "HTTPS_PROXY and its password.",
  headers: "the network.",
  connect: "the network and HTTPS_PROXY.",
};
