import { startTests, type Task, type VitestRunner } from "@vitest/runner";

/** The outcome of one test. `error` is undefined if the test passed. */
export interface Outcome {
  title: string;
  error?: string;
}

/** Runs test files one after the other. Each file is given as a function that imports it. */
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
  return (await startTests(Object.keys(files), runner)).flatMap(outcomes);
}

/** Returns the outcomes of all tests in a task, and of the task itself if it failed outside of a test, as in a hook. */
function outcomes(task: Task): Outcome[] {
  if (task.mode === "skip") return [];
  if (task.type === "test") return [outcome(task)];
  return [...(task.result?.errors?.length ? [outcome(task)] : []), ...task.tasks.flatMap(outcomes)];
}

function outcome(task: Task): Outcome {
  const title = task.fullName ?? task.name;
  if (task.result?.state === "pass") return { title };
  const errors = task.result?.errors ?? [];
  return {
    title,
    error: errors.map(({ message, stack }) => `${message}\n${stack}`).join("\n") || "The test did not run",
  };
}
