import { createEmulator, type Emulator, type EmulatorOptions } from "./emulator.js";

/** An emulator that listens on a port. */
export interface RunningEmulator extends Emulator {
  /** The address, `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Stops listening and closes all connections. */
  close(): Promise<void>;
}

/**
 * Starts an emulator on a port of the loopback interface. Without `port`, it takes a free one. Needs Node, Bun or Deno.
 *
 * Rejects with the error of the server, such as `EADDRINUSE`, if it cannot listen on the port.
 *
 * @example
 * ```ts
 * const emulator = await startEmulator({ tokens: { accessTokenSeconds: 5 } });
 * const response = await fetch(`${emulator.url}/qbench/api/v2/orders`);
 * await emulator.close();
 * ```
 */
export async function startEmulator(options: EmulatorOptions & { port?: number } = {}): Promise<RunningEmulator> {
  const { createAdaptorServer } = await import("@hono/node-server");
  const { port = 0, ...rest } = options;
  const emulator = createEmulator(rest);
  const server = createAdaptorServer({
    fetch: (request, { incoming }) => emulator.fetch(request, { cut: () => void incoming.socket.destroy() }),
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const listening = typeof address === "object" && address !== null ? address.port : port;
  return {
    ...emulator,
    url: `http://127.0.0.1:${listening}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
