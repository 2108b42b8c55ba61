import type { FailedPhase } from "./failed-phase.js";

/** What to check after a failure before anything was sent, as the end of a sentence. */
export const NETWORK_ADVICE: Record<Exclude<FailedPhase, "headers">, string> = {
  certificate: "its certificate, and NODE_EXTRA_CA_CERTS if your company has its own CA.",
  proxy: "the user and the password in HTTPS_PROXY, and whether the proxy allows this host.",
  connect: "the network, and HTTPS_PROXY if there is a proxy.",
};
