import { type Clock, signAssertion } from "@qbench-sdk/auth";
import { createEmulator, type Emulator, type EmulatorOptions } from "@qbench-sdk/emulator";
import { type ClientOptions, createQBenchClient, type QBenchClient } from "../../src/index.js";
import { isBrowser } from "./runtime.js";

let laboratories = 0;

/** Returns the credentials of a client. A web page must not have the secret, so there the test signs the assertions. */
export function credentials(
  { id: clientId, secret: clientSecret } = { id: "id", secret: "secret" },
  clock: Clock = Date,
) {
  return isBrowser
    ? { clientId, assertion: () => signAssertion({ clientId, clientSecret, now: clock.now() }) }
    : { clientId, clientSecret };
}

/**
 * Creates an emulator and a client that sends its requests to it, without a network. Each client has an origin of its
 * own, because clients of one tenant share their limits. Retries are off, so that tests see each failure immediately.
 */
export function createTestClient(emulatorOptions: EmulatorOptions = {}, clientOptions: ClientOptions = {}) {
  const emulator: Emulator = createEmulator(emulatorOptions);
  const [apiClient] = emulator.clients.list();
  const requests: Request[] = [];
  const origin = `https://lab-${++laboratories}.example`;
  const options: ClientOptions = {
    baseUrl: origin,
    ...credentials(apiClient, emulatorOptions.clock),
    retry: false,
    fetch(request) {
      requests.push(request);
      return emulator.fetch(request);
    },
    ...clientOptions,
  };
  const client: QBenchClient = createQBenchClient(options);
  /** Returns the path and the query of each API request. */
  const sent = (): string[] =>
    requests.map(({ url }) => url.replace(`${origin}/qbench/api/v2`, "")).filter(path => !path.startsWith("/auth/"));
  return { emulator, client, options, requests, sent };
}
