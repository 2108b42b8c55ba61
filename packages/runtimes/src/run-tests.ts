import { startTests, type Task, type VitestRunner } from "@vitest/runner";

/** What became of one test; undefined for `error` when it passed. */
export interface Outcome {
  title: string;
  error?: string;
}

/** Runs test files, given as functions that import them, one after the other. */
export async function runTests(files: Record<string, () => Promise<unknown>>): Promise<Outcome[]> {
  const runner: VitestRunner = {
    config: {
      root: "",
      setupFiles: [],
      name: undefined,
      passWithNoTests: false,
      testNamePattern: undefined,
      allowOnly: false,
      sequence: { seed: 0, hooks: "stack", setupFiles: "list" },
      chaiConfig: undefined,
      maxConcurrency: 1,
      testTimeout: 30_000,
      hookTimeout: 30_000,
      retry: 0,
      includeTaskLocation: false,
      tags: [],
      tagsFilter: undefined,
      strictTags: false,
    },
    importFile: path => files[path]?.(),
  };
  const results = await startTests(Object.keys(files), runner);
  return results.flatMap(file => (file.result?.errors && file.tasks.length === 0 ? [outcome(file)] : tests(file)));
}

function tests(task: Task): Outcome[] {
  if (task.mode === "skip") return [];
  return task.type === "test" ? [outcome(task)] : task.tasks.flatMap(tests);
}

function outcome(task: Task): Outcome {
  const title = task.fullName ?? task.name;
  if (task.result?.state === "pass") return { title };
  const errors = task.result?.errors ?? [];
  return { title, error: errors.map(({ message, stack }) => `${message}\n${stack}`).join("\n") || "it did not run" };
}
