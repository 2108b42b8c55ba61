import { clientError, TokenStoreError } from "./errors.js";

/** The part of the official `redis` client that is used. */
export interface RedisClient {
  sendCommand(args: string[], options: { abortSignal: AbortSignal }): Promise<unknown>;
}

/** The part of ioredis that is used, which its cluster has, too. */
export interface IoRedisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
}

export type RunCommand = (command: string, ...args: string[]) => Promise<unknown>;

type Send = (words: [command: string, ...args: string[]], abortSignal: AbortSignal) => Promise<unknown>;

/**
 * Sends commands by either client, each within a time: both clients hold them back while they are not connected, and
 * callers may be waiting for a token meanwhile. Their failures are errors of this store.
 *
 * @param caller whose client it is, for the error
 * @throws {TypeError} for a client that is neither
 */
export function redisCommands(client: RedisClient | IoRedisClient, timeoutMs: number, caller: string): RunCommand {
  const send = sender(client, caller);
  return async (...words) => {
    const timeout = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new TokenStoreError(`Redis did not answer within ${timeoutMs} ms`));
        // What the official client has not sent yet must not be done later, when nobody expects it.
        timeout.abort();
      }, timeoutMs);
    });
    try {
      return await Promise.race([send(words, timeout.signal), tooLate]);
    } catch (error) {
      throw error instanceof TokenStoreError ? error : clientError(error);
    } finally {
      clearTimeout(timer);
    }
  };
}

function sender(client: RedisClient | IoRedisClient, caller: string): Send {
  // ioredis has `sendCommand` as well, which takes something else.
  if ("call" in client && typeof client.call === "function") return words => client.call(...words);
  // That of the official cluster and sentinel takes more, and in another order.
  if ("sendCommand" in client && typeof client.sendCommand === "function" && client.sendCommand.length <= 2) {
    return (words, abortSignal) => client.sendCommand(words, { abortSignal });
  }
  throw new TypeError(
    `${caller}: takes a client of \`redis\` (createClient or createClientPool) or of \`ioredis\` (Redis or Cluster)`,
  );
}
