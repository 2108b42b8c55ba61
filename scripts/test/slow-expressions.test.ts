import { expect, test } from "vitest";
import { findSlowExpressions } from "../repository/find-slow-expressions.ts";
import { readRepository } from "../repository/read-repository.ts";
import { repository } from "./support/repository.ts";

const check = (path: string, text: string): string[] => findSlowExpressions(new Map([[path, text]]));

test("The run time of each regular expression in the source code grows linearly with its input", () => {
  expect(findSlowExpressions(readRepository(repository).texts)).toEqual([]);
});

test("An expression that reads to the end from each start is reported with its line", () => {
  expect(check("packages/a/src/read.ts", "const a = 1;\n\nconst query = /\\?\\S*=\\S*/g;\n")).toEqual([
    "packages/a/src/read.ts:3: the run time of /\\?\\S*=\\S*/g can grow with the square of its input",
  ]);
});

test.each(["/^(a+)+$/", "/\\s+$/", "/^[ \\t]*(.+)$/", "/{(.+?)}/g", "/^(\\w+\\s?)*$/", "/<b[^>]*c[^>]*>/i"])(
  "The expression %s is reported as slow",
  expression => {
    expect(check("scripts/read/read.ts", `export const read = ${expression};`)).toHaveLength(1);
  },
);

test.each(["/^a+$/", "/a+/", "/\\?\\S+/g", "/{([^{}]+)}/g", "/\\p{Cc}/gu", "/\\d{1,9}(\\.\\d)?$/"])(
  "The expression %s is not reported as slow",
  expression => {
    expect(check("scripts/read/read.ts", `export const read = ${expression};`)).toEqual([]);
  },
);

test("An expression that is slow only for a repeated text of several characters is not found", () => {
  expect(check("scripts/read/read.ts", "export const read = /foo.*bar/;")).toEqual([]);
});

test("Expressions of tests and of other files are not checked", () => {
  for (const path of ["scripts/test/a.test.ts", "packages/a/test/a.test.ts", "a.md"]) {
    expect(check(path, "const end = /\\s+$/;")).toEqual([]);
  }
});
