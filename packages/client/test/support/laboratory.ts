import { type Clock, signAssertion } from "@qbench-sdk/auth";
import { createEmulator, type Emulator, type EmulatorOptions } from "@qbench-sdk/emulator";
import { type ClientOptions, createQBenchClient, type QBenchClient } from "../../src/index.js";
import { isBrowser } from "./runtime.js";

let laboratories = 0;

/** What a client of the emulator needs to know; in a page, which must have no secret, somebody else signs. */
export function credentials(
  { id: clientId, secret: clientSecret } = { id: "id", secret: "secret" },
  clock: Clock = Date,
) {
  return isBrowser
    ? { clientId, assertion: () => signAssertion({ clientId, clientSecret, now: clock.now() }) }
    : { clientId, clientSecret };
}

/**
 * An emulator and a client of it, without a network between them. Each has an address of its own, as clients of one tenant
 * share its limits. Nothing is tried again, so that a failure is seen at once.
 */
export function createTestClient(emulatorOptions: EmulatorOptions = {}, clientOptions: ClientOptions = {}) {
  const emulator: Emulator = createEmulator(emulatorOptions);
  const [apiClient] = emulator.clients.list();
  const requests: Request[] = [];
  const origin = `https://lab-${++laboratories}.example`;
  const client: QBenchClient = createQBenchClient({
    baseUrl: origin,
    ...credentials(apiClient, emulatorOptions.clock),
    retry: false,
    fetch(request) {
      requests.push(request);
      return emulator.fetch(request);
    },
    ...clientOptions,
  });
  /** The path and query of each API call that was sent. */
  const sent = (): string[] =>
    requests.map(({ url }) => url.replace(`${origin}/qbench/api/v2`, "")).filter(path => !path.startsWith("/auth/"));
  return { emulator, client, requests, sent };
}
