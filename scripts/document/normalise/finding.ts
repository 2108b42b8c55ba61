import type { JsonObject } from "../model/json.ts";

/** What a step changed in a document, in words, and how often. */
export interface Finding {
  what: string;
  count: number;
}

export interface StepResult {
  document: JsonObject;
  findings: Finding[];
}

/** One step between reading a document and writing it. It returns the changed document and what it found. */
export type Step = (document: JsonObject) => StepResult;

export function runSteps(document: JsonObject, steps: readonly Step[]): StepResult {
  const findings: Finding[] = [];
  let current = document;
  for (const step of steps) {
    const result = step(current);
    current = result.document;
    findings.push(...result.findings.filter(({ count }) => count > 0));
  }
  return { document: current, findings };
}
