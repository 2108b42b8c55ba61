import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** Frees all that nothing refers to any more. */
export async function collectGarbage(): Promise<void> {
  for (let collections = 0; collections < 3; collections++) {
    // What a job has used stays in memory until its end.
    await setImmediate();
    collect();
  }
}
