import { posix } from "node:path";
import ts from "typescript";

/** What is imported: a folder, or a file that lies directly in a package's `src` or in `scripts`. */
type Unit = string;

/**
 * Returns the imports that make folders of one package depend on each other in a circle, type-only imports included. Each circle
 * is reported once, one import a line.
 */
export function findFolderCycles(texts: ReadonlyMap<string, string>): string[] {
  const graph = new Map<Unit, Map<Unit, string>>();
  for (const [path, text] of texts) {
    const from = unitOf(path);
    if (from === undefined) continue;
    for (const target of importsOf(path, text)) {
      const to = unitOf(target);
      if (to === undefined || to === from) continue;
      graph.set(from, (graph.get(from) ?? new Map<Unit, string>()).set(to, `${path} imports ${target}`));
    }
  }
  const cycles = new Map<string, string>();
  for (const [from, targets] of graph) {
    for (const [to, reason] of targets) {
      const way = findWay(graph, to, from);
      if (way === undefined) continue;
      const reasons = [reason, ...way].toSorted();
      cycles.set(reasons.join(), `Folders import each other in a circle:\n  ${reasons.join("\n  ")}`);
    }
  }
  return [...cycles.values()];
}

function unitOf(path: string): Unit | undefined {
  const root = /^(?:packages\/.+?\/src|scripts)(?=\/)/.exec(path)?.[0];
  const folder = posix.dirname(path);
  return folder === root ? path : root && folder;
}

const importsOf = (path: string, text: string): string[] =>
  ts
    .preProcessFile(text)
    .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => posix.join(posix.dirname(path), fileName).replace(/\.js$/, ".ts"));

/** Returns the imports on a shortest way between two units. */
function findWay(graph: ReadonlyMap<Unit, ReadonlyMap<Unit, string>>, from: Unit, to: Unit): string[] | undefined {
  const ways = new Map<Unit, string[]>([[from, []]]);
  for (const [unit, way] of ways) {
    if (unit === to) return way;
    for (const [next, reason] of graph.get(unit) ?? []) if (!ways.has(next)) ways.set(next, [...way, reason]);
  }
  return undefined;
}
