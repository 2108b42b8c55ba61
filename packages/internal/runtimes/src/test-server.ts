import type { EmulatorOptions, Fault, Stats } from "@qbench-sdk/emulator";
import { onTestFinished } from "vitest";

/** Controls an emulator that listens on a real port in another process, for one test. */
export interface TestServer {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** An address on another origin that records the `Authorization` header of each request. */
  readonly witness: string;
  /** Signs an assertion, as the backend of a web application does for its pages. */
  assertion(): Promise<string>;
  addFault(fault: Fault): Promise<void>;
  revokeTokens(): Promise<void>;
  /** Moves the server's clock ahead. */
  advanceTime(ms: number): Promise<void>;
  stats(): Promise<Stats>;
  /** Returns the `Authorization` header of each request that reached the witness. */
  witnessed(): Promise<(string | null)[]>;
}

/** The address of the test server host. Each runtime sets it before it runs the tests. */
export const testServerHost: { url: string } = { url: "" };

/** Starts an emulator on the test server host and stops it when the test ends. */
export async function startTestServer(options: EmulatorOptions = {}): Promise<TestServer> {
  const send = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(`${testServerHost.url}${path}`, {
      method,
      headers: { "Content-Type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} failed: ${response.status} ${await response.text()}`);
    return response;
  };
  const { id, url, clientId, clientSecret } = await (await send("POST", "/servers", options)).json();
  const path = `/servers/${id}`;
  onTestFinished(async () => void (await send("DELETE", path)));
  return {
    url,
    clientId,
    clientSecret,
    witness: `${testServerHost.url}${path}/witness`,
    assertion: async () => (await send("POST", `${path}/assertion`)).text(),
    addFault: async fault => void (await send("POST", `${path}/faults`, fault)),
    revokeTokens: async () => void (await send("POST", `${path}/revoke`)),
    advanceTime: async ms => void (await send("POST", `${path}/advance-time`, { ms })),
    stats: async () => (await send("GET", `${path}/stats`)).json(),
    witnessed: async () => (await send("GET", `${path}/witnessed`)).json(),
  };
}
