import { styleText } from "node:util";
import { sanitizeText } from "../../packages/auth/src/errors/sanitize-text.ts";

export interface Progress {
  /** Runs one step, then prints its title, its result and how long it took. */
  step(title: string, run: () => Promise<string>): Promise<void>;
}

/** Prints the title, and returns what prints the steps below it. */
export function createProgress(title: string): Progress {
  process.stdout.write(`\n${styleText("bold", title)}\n\n`);
  return {
    async step(name, run) {
      const start = performance.now();
      const outcome = await run();
      const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`;
      process.stdout.write(`  ${styleText("green", "✓")} ${name.padEnd(52)}${styleText("dim", seconds.padStart(7))}\n`);
      process.stdout.write(`    ${styleText("dim", sanitizeText(outcome))}\n`);
    },
  };
}
