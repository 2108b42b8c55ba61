import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { SourceMap } from "node:module";
import { tmpdir } from "node:os";
import { join, posix, relative } from "node:path";
import { filesIn, unpack } from "@qbench-sdk/scripts/stage-packages";

/** An unpacked tarball. */
export interface Tarball {
  file: string;
  folder: string;
  /** The paths of all files, with slashes. */
  paths: string[];
  read(path: string): string;
  remove(): Promise<void>;
}

export async function openTarball(file: string): Promise<Tarball> {
  const parent = await mkdtemp(join(tmpdir(), "tarball-"));
  await unpack(file, parent);
  const folder = join(parent, "package");
  const paths = (await filesIn(folder)).map(path => relative(folder, path).replaceAll("\\", "/")).toSorted();
  return {
    file,
    folder,
    paths,
    read: path => readFileSync(join(folder, path), "utf8"),
    remove: () => rm(parent, { recursive: true }),
  };
}

/** How well the source maps of a tarball lead to its sources. */
export interface MappedWords {
  /** Sources that the tarball lacks, or that differ from the copy in the map. */
  lost: string[];
  /** The words of the generated files at whose position a mapping begins. */
  count: number;
  /** Those of them that are not at the original position, such as `void`, which the bundler writes for `undefined`. */
  different: string[];
}

/** Follows every mapping of every source map that begins at a word. */
export function followMaps({ paths, read }: Tarball): MappedWords {
  const found: MappedWords = { lost: [], count: 0, different: [] };
  const lines = new Map<string, string[]>();
  const linesOf = (path: string): string[] => {
    const known = lines.get(path) ?? (paths.includes(path) ? read(path).split("\n") : []);
    lines.set(path, known);
    return known;
  };
  for (const path of paths.filter(each => each.endsWith(".map"))) {
    const payload = JSON.parse(read(path));
    const inTarball = (source: string): string => posix.join(posix.dirname(path), source);
    for (const [index, source] of payload.sources.entries()) {
      const text = payload.sourcesContent?.[index];
      const original = inTarball(source);
      if (!paths.includes(original) || (typeof text === "string" && text !== read(original)))
        found.lost.push(`${path}: ${source}`);
    }
    const map = new SourceMap(payload);
    for (const [line, text] of linesOf(path.slice(0, -".map".length)).entries()) {
      for (const { 0: word, index } of text.matchAll(/[A-Za-z_$][\w$]+/g)) {
        const entry = map.findEntry(line, index);
        if (!("originalSource" in entry) || entry.generatedLine !== line || entry.generatedColumn !== index) continue;
        const original = linesOf(inTarball(entry.originalSource))[entry.originalLine];
        found.count++;
        if (!original?.startsWith(word, entry.originalColumn)) found.different.push(`${path}:${line + 1} ${word}`);
      }
    }
  }
  return found;
}
