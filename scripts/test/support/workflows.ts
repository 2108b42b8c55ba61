import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { repository } from "./repository.ts";

export interface Step {
  id?: string;
  name?: string;
  if?: string;
  uses?: string;
  run?: string;
  env?: Record<string, unknown>;
  with?: Record<string, unknown>;
}

export interface Job {
  permissions?: Record<string, string>;
  needs?: string | string[];
  if?: string;
  env?: Record<string, unknown>;
  outputs?: Record<string, string>;
  steps?: Step[];
  /** A workflow of this repository that the job calls instead of having steps. */
  uses?: string;
  with?: Record<string, unknown>;
  secrets?: unknown;
}

export interface Workflow {
  on: Record<string, { inputs?: Record<string, { type?: string; default?: unknown }> } | null>;
  permissions?: unknown;
  defaults?: { run?: { shell?: string } };
  jobs: Record<string, Job>;
}

/** The names of the workflows' files. */
export const workflowFiles: string[] = globSync(".github/workflows/*.{yml,yaml}", { cwd: repository })
  .map(file => basename(file))
  .toSorted();

export const readWorkflowText = (file: string): string =>
  readFileSync(join(repository, ".github/workflows", file), "utf8");

export const readWorkflow = (file: string): Workflow => parse(readWorkflowText(file));
