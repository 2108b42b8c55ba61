import { join } from "node:path";
import { createLanguageService } from "./create-language-service.ts";

/** The place in a program where an editor completes a name. */
export interface Completion {
  /** The code up to that place. */
  before: string;
  after: string;
  /** A name that the editor must offer. */
  offers: string;
}

export interface CompletionCost {
  /** The median time in ms until the editor offers the names after an edit. NaN without a second edit. */
  completionMs: number;
  /** The instantiations of the compiler for that. */
  completionInstantiations: number;
}

/** Measures a completion in a language service after each of several edits. The time needs at least 2 of them. */
export function measureCompletion(folder: string, head: string, completion: Completion, edits: number): CompletionCost {
  const { before, after, offers } = completion;
  const path = join(folder, "src/edited.ts");
  let version = 0;
  const text = (): string => `${head}${before}${after};\n${"// edited\n".repeat(version)}`;
  const service = createLanguageService(folder, { path, text, version: () => version });
  const times: number[] = [];
  let completionInstantiations = Number.NaN;
  for (; version < edits; version++) {
    const begin = performance.now();
    const found = service.getCompletionsAtPosition(path, head.length + before.length, undefined);
    times.push(performance.now() - begin);
    if (!found?.entries.some(({ name }) => name === offers)) {
      throw new Error(`The completion does not offer ${offers} after ${before}`);
    }
    // After each edit, the language service starts to count from zero.
    completionInstantiations = service.getProgram()?.getInstantiationCount() ?? Number.NaN;
  }
  service.dispose();
  // Without the first time, which includes reading all files.
  const completionMs = times.slice(1).toSorted((a, b) => a - b)[Math.floor((edits - 1) / 2)] ?? Number.NaN;
  return { completionMs, completionInstantiations };
}
