import { decode, encode } from "@jridgewell/sourcemap-codec";
import { publishedName, SOURCE_SCOPE } from "./company.ts";

/** Replaces the names of the sources in a text by the published names. */
export interface Renaming {
  text(text: string): string;
  /** Replaces the names in a source map, and moves its positions as the replacements move the code. */
  map(map: string, generated: string, readSource: (path: string) => string | undefined): string;
}

/** Columns after `column` of a line move by `by`. */
interface Move {
  column: number;
  by: number;
}

interface SourceMap {
  sources: string[];
  sourcesContent?: (string | null)[];
  mappings: string;
}

/** Creates the renaming of packages for a company's scope. Packages that the company added keep names of other scopes. */
export function createRenaming(names: readonly string[], scope: string): Renaming {
  const prefix = `${SOURCE_SCOPE}/`;
  const packages = names.flatMap(name => (name.startsWith(prefix) ? [name.slice(prefix.length)] : [])).join("|");
  // The scope alone occurs in settings, such as `@qbench-sdk:registry`.
  const pattern = new RegExp(String.raw`${SOURCE_SCOPE}(?:/(?:${packages})(?![\w-])|(?![\w/-])|(?=/\*))`, "g");
  const replace = (name: string): string => (name === SOURCE_SCOPE ? scope : publishedName(name, scope));
  const movesOf = (line: string): Move[] =>
    [...line.matchAll(pattern)].map(({ index, 0: name }) => ({
      column: index + name.length,
      by: replace(name).length - name.length,
    }));
  const rename = (text: string): string => text.replaceAll(pattern, replace);
  return {
    text: rename,
    map(text, generated, readSource) {
      const map: SourceMap = JSON.parse(text);
      const movesIn = (code: string | undefined): Move[][] => (code ?? "").split("\n").map(movesOf);
      const inGenerated = movesIn(generated);
      const inSources = map.sources.map((source, i) => movesIn(map.sourcesContent?.[i] ?? readSource(source)));
      const mappings = decode(map.mappings).map((segments, line) =>
        segments.map((segment): typeof segment => {
          const column = move(segment[0], inGenerated[line]);
          if (segment.length === 1) return [column];
          const [, source, sourceLine, sourceColumn] = segment;
          const moved = move(sourceColumn, inSources[source]?.[sourceLine]);
          return segment.length === 4
            ? [column, source, sourceLine, moved]
            : [column, source, sourceLine, moved, segment[4]];
        }),
      );
      return JSON.stringify({
        ...map,
        ...(map.sourcesContent && { sourcesContent: map.sourcesContent.map(each => each && rename(each)) }),
        mappings: encode(mappings),
      });
    },
  };
}

const move = (column: number, moves: readonly Move[] = []): number =>
  moves.reduce((moved, { column: from, by }) => (column >= from ? moved + by : moved), column);
