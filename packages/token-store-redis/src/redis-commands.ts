/** The part of the official `redis` client that is used. */
export interface RedisClient {
  sendCommand(args: string[]): Promise<unknown>;
}

/** The part of ioredis that is used. */
export interface IoRedisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
}

export type RunCommand = (command: string, ...args: string[]) => Promise<unknown>;

/**
 * Sends commands by either client, each within a time: the official client holds them back while it is not connected, and
 * callers may be waiting for a token meanwhile.
 *
 * @throws {TypeError} for a client that is neither
 */
export function redisCommands(client: RedisClient | IoRedisClient, timeoutMs: number): RunCommand {
  const send = sender(client);
  return async (command, ...args) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`Redis did not answer within ${timeoutMs} ms`)), timeoutMs);
    });
    try {
      return await Promise.race([send(command, ...args), tooLate]);
    } finally {
      clearTimeout(timer);
    }
  };
}

function sender(client: RedisClient | IoRedisClient): RunCommand {
  // ioredis has `sendCommand` as well, which takes something else.
  if ("call" in client && typeof client.call === "function") return (command, ...args) => client.call(command, ...args);
  if ("sendCommand" in client && typeof client.sendCommand === "function") {
    return (command, ...args) => client.sendCommand([command, ...args]);
  }
  throw new TypeError("redisTokenStore: takes a client of `redis` (createClient) or of `ioredis`");
}
