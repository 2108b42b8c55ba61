import { QBenchInputError, withDeadline } from "@qbench-sdk/auth/internal";
import { QBenchRedisError, toRedisError } from "./redis-error.js";

/** Describes the part of a client of the official `redis` package that is used. */
export interface RedisClient {
  /** Sends a command, or rejects if the signal aborts it before it was sent. */
  sendCommand(args: string[], options: { abortSignal: AbortSignal }): Promise<unknown>;
}

/** Describes the part of an `ioredis` client that is used. Its cluster has the same method. */
export interface IoRedisClient {
  /** Sends a command. */
  call(command: string, ...args: string[]): Promise<unknown>;
}

export interface RedisCommands {
  /** Runs a command. Rejects with a {@link QBenchRedisError} if Redis fails or does not reply in time. */
  run(command: string, ...args: string[]): Promise<unknown>;
  /** Runs a script that returns a number. Rejects like {@link RedisCommands.run}. */
  evaluate(script: string, keys: string[], ...args: (string | number)[]): Promise<number>;
  /** Does the same for a script whose effect must be undone if it runs after the timeout. */
  startEvaluation(script: string, keys: string[], ...args: (string | number)[]): Evaluation;
}

interface Evaluation {
  /** Rejects if Redis fails or does not reply in time. */
  result: Promise<number>;
  /** Settles when Redis has run the script or never will, even if that is after the timeout. */
  completion: Promise<unknown>;
}

type Command = [name: string, ...args: string[]];
type SendCommand = (command: Command, abortSignal: AbortSignal) => Promise<unknown>;

/**
 * Creates functions that send commands by either client, each with a timeout. The timeout is needed because both
 * clients hold commands back while they are disconnected, and callers may be waiting for a token meanwhile.
 *
 * @param functionName the public function that got the client, for the error message
 * @throws {QBenchInputError} if the client is not supported
 */
export function redisCommands(
  client: RedisClient | IoRedisClient,
  timeoutMs: number,
  functionName: string,
): RedisCommands {
  const send = sendCommandOf(client, functionName);
  const timeoutError = () => new QBenchRedisError(`Redis did not reply within ${timeoutMs} ms (commandTimeoutMs)`);
  const throwRedisError = (error: unknown): never => {
    throw toRedisError(error);
  };

  function start(command: Command): { result: Promise<unknown>; completion: Promise<unknown> } {
    let completion: Promise<unknown> = Promise.resolve();
    const result = withDeadline(undefined, (signal, setLimit) => {
      setLimit(timeoutMs, timeoutError);
      // The signal makes the official client drop a command that it has not sent yet. The caller no longer expects it
      // to run.
      completion = send(command, signal);
      return completion;
    });
    return { result: result.catch(throwRedisError), completion };
  }

  function startEvaluation(script: string, keys: string[], ...args: (string | number)[]): Evaluation {
    const { result, completion } = start(["EVAL", script, String(keys.length), ...keys, ...args.map(String)]);
    return { result: result.then(Number), completion };
  }

  return {
    run: (...command) => start(command).result,
    evaluate: (...evaluation) => startEvaluation(...evaluation).result,
    startEvaluation,
  };
}

function sendCommandOf(client: RedisClient | IoRedisClient, functionName: string): SendCommand {
  // `call` is checked first: ioredis has a `sendCommand` as well, with other parameters.
  if ("call" in client && typeof client.call === "function") return async command => client.call(...command);
  // The official cluster and sentinel have more parameters, in another order.
  if ("sendCommand" in client && typeof client.sendCommand === "function" && client.sendCommand.length <= 2) {
    return async (command, abortSignal) => client.sendCommand(command, { abortSignal });
  }
  throw new QBenchInputError(
    `${functionName}: the Redis client is not supported. ` +
      "Pass a client of `redis` (createClient or createClientPool) or of `ioredis` (Redis or Cluster).",
  );
}
