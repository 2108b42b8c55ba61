import { QBenchInputError } from "@qbench-sdk/auth/internal";
import { isRecord } from "../check-fields.js";

/**
 * Checks the patches of a write before anything is sent.
 *
 * @throws QBenchInputError if they are not a list of tests with cells, or if a value is not text or rows of text
 */
export function checkPatches(functionName: string, patches: unknown): void {
  if (!Array.isArray(patches) || patches.length === 0) {
    throw new QBenchInputError(`${functionName}: the tests must be an array that is not empty.`);
  }
  const indexById = new Map<number, number>();
  for (const [index, patch] of patches.entries()) {
    const problem = findPatchProblem(patch, index, indexById);
    if (problem) throw new QBenchInputError(`${functionName}: item ${index} ${problem}.`, index);
  }
}

/** Returns what is wrong with a patch. Adds its id to `indexById`. */
function findPatchProblem(patch: unknown, index: number, indexById: Map<number, number>): string | undefined {
  const { id, cells } = isRecord(patch) ? patch : {};
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 1) return "has no id of a test";
  const first = indexById.get(id);
  if (first !== undefined) return `has the same id as item ${first}. Merge the two`;
  indexById.set(id, index);
  if (!isRecord(cells) || Object.keys(cells).length === 0) return 'has no cells, such as { ph: "7.1" }';
  for (const [name, value] of Object.entries(cells)) {
    const problem = name.trim() === "" ? "has no name" : findValueProblem(value);
    if (problem) return `cannot be written: the cell ${JSON.stringify(name)} ${problem}`;
  }
  return undefined;
}

/** Returns what is wrong with the value of a cell. The document declares text, and rows of text for a range. */
function findValueProblem(value: unknown): string | undefined {
  if (typeof value === "string") return undefined;
  if (!Array.isArray(value)) {
    // Digits of results matter, so that only the caller can format them.
    if (typeof value === "number") return "is a number. Pass the text to show, such as value.toFixed(2)";
    return `is ${value === null ? "null" : typeof value}. Pass a text; an empty one empties the cell`;
  }
  const [first] = value;
  if (!Array.isArray(first) || first.length === 0) return 'is not a range. Pass rows of text, such as [["1", "2"]]';
  const isRectangular = value.every(row => Array.isArray(row) && row.length === first.length);
  if (!isRectangular) return "has rows of different lengths";
  return value.flat().every(part => typeof part === "string") ? undefined : "has a part that is not text";
}
