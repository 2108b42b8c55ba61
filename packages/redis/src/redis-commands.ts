import { clientError, QBenchRedisError } from "./errors.js";

/** The part of the official `redis` client that is used. */
export interface RedisClient {
  sendCommand(args: string[], options: { abortSignal: AbortSignal }): Promise<unknown>;
}

/** The part of ioredis that is used, which its cluster has, too. */
export interface IoRedisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
}

export interface RedisCommands {
  /** Rejects with a {@link QBenchRedisError} when Redis fails or is too late. */
  run(command: string, ...args: string[]): Promise<unknown>;
  /** Runs a script that answers with a number. */
  evaluate(script: string, keys: string[], ...args: (string | number)[]): Promise<number>;
  /** The same, for what has to be undone when it is done too late. */
  ask(script: string, keys: string[], ...args: (string | number)[]): Answer;
}

interface Answer {
  inTime: Promise<number>;
  /** Settles when Redis has done it or never will, however late that is. */
  ever: Promise<unknown>;
}

type Words = [command: string, ...args: string[]];
type Send = (words: Words, abortSignal: AbortSignal) => Promise<unknown>;

/**
 * Sends commands by either client, each within a time: both clients hold them back while they are not connected, and
 * callers may be waiting for a token meanwhile. Their failures are errors of this store.
 *
 * @param caller whose client it is, for the error
 * @throws {TypeError} for a client that is neither
 */
export function redisCommands(client: RedisClient | IoRedisClient, timeoutMs: number, caller: string): RedisCommands {
  const send = sender(client, caller);

  function start(words: Words): { inTime: Promise<unknown>; ever: Promise<unknown> } {
    const timeout = new AbortController();
    const ever = send(words, timeout.signal);
    return { inTime: limit(ever, timeout), ever };
  }

  async function limit(ever: Promise<unknown>, timeout: AbortController): Promise<unknown> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new QBenchRedisError(`Redis did not answer within ${timeoutMs} ms`));
        // What the official client has not sent yet must not be done later, when nobody expects it.
        timeout.abort();
      }, timeoutMs);
    });
    try {
      return await Promise.race([ever, tooLate]);
    } catch (error) {
      throw error instanceof QBenchRedisError ? error : clientError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  function ask(script: string, keys: string[], ...args: (string | number)[]): Answer {
    const { inTime, ever } = start(["EVAL", script, String(keys.length), ...keys, ...args.map(String)]);
    return { inTime: inTime.then(Number), ever };
  }

  return {
    run: (...words) => start(words).inTime,
    evaluate: (...script) => ask(...script).inTime,
    ask,
  };
}

function sender(client: RedisClient | IoRedisClient, caller: string): Send {
  // ioredis has `sendCommand` as well, which takes something else.
  if ("call" in client && typeof client.call === "function") return async words => client.call(...words);
  // That of the official cluster and sentinel takes more, and in another order.
  if ("sendCommand" in client && typeof client.sendCommand === "function" && client.sendCommand.length <= 2) {
    return async (words, abortSignal) => client.sendCommand(words, { abortSignal });
  }
  throw new TypeError(
    `${caller}: takes a client of \`redis\` (createClient or createClientPool) or of \`ioredis\` (Redis or Cluster)`,
  );
}
