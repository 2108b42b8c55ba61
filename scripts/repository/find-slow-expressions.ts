import { analyse } from "scslre";
import ts from "typescript";

/**
 * Returns the regular expressions of the source code whose run time can grow faster than their input. Most read text of
 * a server, which could keep the program busy for hours with a long one. `/\?\S*=/` needs 10^10 steps for 10^5 `?`,
 * because each `?` is a new start that reads to the end.
 *
 * Finds only those that are slow for many repetitions of one character, as scslre does. `/foo.*bar/` is slow for many
 * `foo`, and is not found.
 */
export function findSlowExpressions(texts: ReadonlyMap<string, string>): string[] {
  return [...texts]
    .filter(([path]) => /^(packages\/.+\/src|scripts)\/.*\.ts$/.test(path) && !path.includes("/test/"))
    .flatMap(([path, text]) =>
      expressionsOf(ts.createSourceFile(path, text, ts.ScriptTarget.Latest))
        .filter(({ source }) => isSlow(source))
        .map(({ line, source }) => `${path}:${line}: the run time of ${source} can grow with the square of its input`),
    );
}

function expressionsOf(file: ts.SourceFile): { line: number; source: string }[] {
  const found: { line: number; source: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      found.push({ line: file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1, source: node.text });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isSlow(literal: string): boolean {
  const end = literal.lastIndexOf("/");
  const { reports } = analyse({ source: literal.slice(1, end), flags: literal.slice(end + 1) });
  return reports.length > 0;
}
