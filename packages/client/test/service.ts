import { createEmulator, type Emulator, type EmulatorOptions } from "@qbench-sdk/emulator";
import { type ClientOptions, createQBenchClient, type QBenchClient } from "../src/index.js";

/** An emulator and a client of it, without a network between them. */
export function setUp(emulatorOptions: EmulatorOptions = {}, clientOptions: ClientOptions = {}) {
  const emulator: Emulator = createEmulator(emulatorOptions);
  const [apiClient] = emulator.clients.list();
  const requests: Request[] = [];
  const client: QBenchClient = createQBenchClient({
    baseUrl: "https://lab.example",
    clientId: apiClient?.id ?? "",
    clientSecret: apiClient?.secret ?? "",
    fetch(request) {
      requests.push(request);
      return emulator.fetch(request);
    },
    ...clientOptions,
  });
  /** The path and query of each API call that was sent. */
  const sent = (): string[] =>
    requests
      .map(({ url }) => url.replace("https://lab.example/qbench/api/v2", ""))
      .filter(path => !path.startsWith("/auth/"));
  return { emulator, client, requests, sent };
}
