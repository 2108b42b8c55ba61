import type { Serializable } from "node:child_process";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { findSecrets } from "./find-secrets.ts";

export interface FleetOptions<Report> {
  /** The file of this folder that each process runs. Its first message are its settings. */
  program: string;
  size: number;
  settings(number: number): Serializable;
  onReport(report: Report, number: number): void;
  /** Called with a description of each thing that no process may do: exit by itself, or write a secret. */
  onFailure(reason: string): void;
}

/** A number of processes that run the same program. A process that ends is replaced by one with the next number. */
export interface Fleet {
  /** The number of processes that were started so far. */
  readonly started: number;
  readonly kills: number;
  /** Kills a process (SIGKILL), unless it has ended already. */
  kill(number: number): void;
  killRandom(): void;
  /** Sends a message to all processes. */
  send(message: Serializable): void;
  /** Kills all processes and replaces none. */
  stop(): Promise<void>;
}

/** How much of the output of a process is quoted if it exits by itself. */
const QUOTED_CHARACTERS = 2000;

export function startFleet<Report>({ program, size, settings, onReport, onFailure }: FleetOptions<Report>): Fleet {
  const processes = new Map<number, ChildProcess>();
  let isOver = false;
  let started = 0;
  let kills = 0;

  function start(): void {
    started += 1;
    const number = started;
    const child = fork(`${import.meta.dirname}/${program}`, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    let output = "";
    const read = (chunk: string): void => {
      // The last line can be incomplete, so it is searched again with the next chunk.
      const text = output.slice(output.lastIndexOf("\n") + 1) + chunk;
      for (const secret of findSecrets(text)) onFailure(`${program} wrote a secret: ${secret}`);
      output = (output + chunk).slice(-QUOTED_CHARACTERS);
    };
    child.stdout?.setEncoding("utf8").on("data", read);
    child.stderr?.setEncoding("utf8").on("data", read);
    child.on("message", (report: Report) => onReport(report, number));
    child.on("exit", (code, signal) => {
      processes.delete(number);
      if (isOver) return;
      if (signal !== "SIGKILL") onFailure(`${program} exited unexpectedly (${code ?? signal}): ${output}`);
      start();
    });
    child.send(settings(number));
    processes.set(number, child);
  }

  function kill(number: number): void {
    if (processes.get(number)?.kill("SIGKILL")) kills += 1;
  }

  for (let i = 0; i < size; i += 1) start();
  return {
    get started() {
      return started;
    },
    get kills() {
      return kills;
    },
    kill,
    killRandom() {
      const numbers = [...processes.keys()];
      kill(numbers[Math.floor(Math.random() * numbers.length)] ?? 0);
    },
    send(message) {
      for (const child of processes.values()) child.send(message);
    },
    async stop() {
      isOver = true;
      await Promise.all(
        [...processes.values()].map(async child => {
          const exit = once(child, "exit");
          child.kill("SIGKILL");
          await exit;
        }),
      );
    },
  };
}
