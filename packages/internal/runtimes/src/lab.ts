import type { EmulatorOptions, Fault, Stats } from "@qbench-sdk/emulator";
import { onTestFinished } from "vitest";

/** An emulator of the test's own, behind a real port, somewhere else. */
export interface Lab {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** An address of another origin that notes the `Authorization` of what comes. */
  readonly witness: string;
  /** Signs an assertion, as the server of a web application does for its pages. */
  assertion(): Promise<string>;
  addFault(fault: Fault): Promise<void>;
  revokeTokens(): Promise<void>;
  /** Lets the server's time pass. */
  pass(ms: number): Promise<void>;
  stats(): Promise<Stats>;
  /** The `Authorization` of all that has reached the witness. */
  witnessed(): Promise<(string | null)[]>;
}

/** Where the lab server listens, which the runtime is told when it starts. */
export const labServer: { url: string } = { url: "" };

export async function startLab(options: EmulatorOptions = {}): Promise<Lab> {
  const send = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(`${labServer.url}${path}`, {
      method,
      headers: { "Content-Type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const { id, url, clientId, clientSecret } = await (await send("POST", "/labs", options)).json();
  const path = `/labs/${id}`;
  onTestFinished(async () => void (await send("DELETE", path)));
  return {
    url,
    clientId,
    clientSecret,
    witness: `${labServer.url}${path}/witness`,
    assertion: async () => (await send("POST", `${path}/assertion`)).text(),
    addFault: async fault => void (await send("POST", `${path}/faults`, fault)),
    revokeTokens: async () => void (await send("POST", `${path}/revoke`)),
    pass: async ms => void (await send("POST", `${path}/pass`, { ms })),
    stats: async () => (await send("GET", `${path}/stats`)).json(),
    witnessed: async () => (await send("GET", `${path}/witnessed`)).json(),
  };
}
