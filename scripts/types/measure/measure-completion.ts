import { join } from "node:path";
import { createLanguageService } from "./create-language-service.ts";

const EDITS = 7;

/** Returns the median time in ms that a language service needs for the paths of `client.GET("")` after an edit. */
export function measureCompletion(folder: string, head: string): number {
  const path = join(folder, "src/edited.ts");
  let version = 0;
  const text = (): string => `${head}client.GET("");\n${"// edited\n".repeat(version)}`;
  const service = createLanguageService(folder, { path, text, version: () => version });
  const times: number[] = [];
  for (; version < EDITS; version++) {
    const begin = performance.now();
    const found = service.getCompletionsAtPosition(path, text().indexOf('GET("') + 5, undefined);
    times.push(performance.now() - begin);
    if (!found?.entries.some(({ name }) => name === "/qbench/api/v2/orders")) {
      throw new Error("The completion does not offer the paths of the document.");
    }
  }
  service.dispose();
  // Without the first time, which includes reading all files.
  return times.slice(1).toSorted((a, b) => a - b)[Math.floor((EDITS - 1) / 2)] ?? Number.NaN;
}
