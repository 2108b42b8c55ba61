import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A program of this package that runs in its own process and answers messages. */
export interface Child<Ready, Reply> {
  /** The program's first message. */
  readonly ready: Ready;
  /** Sends a message, and returns the program's next one. */
  ask(message: string | number): Promise<Reply>;
  stop(): void;
}

/** Starts a program and waits for its first message. The program ends when this process disconnects from it. */
export async function startChild<Ready, Reply = never>(
  file: URL,
  args: readonly string[] = [],
  execArgv: readonly string[] = [],
): Promise<Child<Ready, Reply>> {
  const child = fork(file, args, { execArgv: [...process.execArgv, ...execArgv] });
  return {
    ready: await nextMessage<Ready>(child, file),
    ask(message) {
      const reply = nextMessage<Reply>(child, file);
      child.send(message);
      return reply;
    },
    stop() {
      if (child.connected) child.disconnect();
    },
  };
}

/** Returns the next message. Throws if the process ends instead. */
async function nextMessage<Message>(child: ChildProcess, file: URL): Promise<Message> {
  const settled = new AbortController();
  const { signal } = settled;
  const exit = async (): Promise<never> => {
    const [code] = await once(child, "exit", { signal });
    throw new Error(`${fileURLToPath(file)} ended with exit code ${code}`);
  };
  try {
    const [message] = await Promise.race([once(child, "message", { signal }), exit()]);
    return message;
  } finally {
    settled.abort();
  }
}
