import { astToString } from "openapi-typescript";
import { declareTypes } from "../compiler/declare-types.ts";
import { type Diagnostic, runCompiler } from "../compiler/run-compiler.ts";
import { hideFields } from "../document/model/hide-fields.ts";
import { get, type Json, type JsonObject } from "../document/model/json.ts";
import { mapReferences, schemasOf } from "../document/model/references.ts";
import { strictHelpers, toStrictTypes } from "./strict-types.ts";
import type { TypePair, Versions } from "./type-pairs.ts";

/** What the compiler says about a pair of types. */
export interface Verdict {
  pair: TypePair;
  /** The reason why code that was written for the old types may not compile with the new ones. */
  rejection: string | undefined;
  /** True if the types are the same for callers. */
  isEqual: boolean;
}

/** The versions of an API, and the pairs of their types to judge. */
export interface Case {
  versions: Versions;
  pairs: readonly TypePair[];
}

/**
 * Lets the compiler decide, for each pair, whether callers may go from the old type to the new one: all that they send is
 * still accepted, and all that they read is still there. All cases are compiled in one run.
 */
export async function judgeTypes(cases: readonly Case[]): Promise<Verdict[][]> {
  const programs = await Promise.all(cases.map(({ versions, pairs }, index) => programOf(versions, pairs, `${index}`)));
  const files = new Map([["helpers.d.ts", strictHelpers], ...programs.flatMap(({ files }) => files)]);
  if (programs.every(({ files }) => files.length === 0)) return cases.map(() => []);
  const byLine = Map.groupBy(await runCompiler(files), ({ file, line }) => `${file}:${line}`);
  const known = new Set(
    programs.flatMap(({ checks }) => checks.flatMap(({ forwards, backwards }) => [forwards, backwards])),
  );
  const unexpected = [...byLine].find(([at]) => !known.has(at))?.[1][0];
  return programs.map(({ checks }) =>
    checks.map(({ pair, forwards, backwards }): Verdict => {
      const error = byLine.get(forwards)?.[0] ?? unexpected;
      return {
        pair,
        rejection: error === undefined ? undefined : explain(error),
        isEqual: error === undefined && !byLine.has(backwards),
      };
    }),
  );
}

interface Check {
  pair: TypePair;
  /** The file and line that has an error if the old type may not become the new one. */
  forwards: string;
  backwards: string;
}

interface Program {
  files: [name: string, text: string][];
  checks: Check[];
}

/** Writes the types of all pairs, and a line for each pair and way. */
async function programOf(versions: Versions, pairs: readonly TypePair[], folder: string): Promise<Program> {
  if (pairs.length === 0) return { files: [], checks: [] };
  const { document, ownNames } = combine(versions, pairs);
  const nodes = await declareTypes(document);
  const files: Program["files"] = [];
  const checks: Check[] = [];
  for (const direction of ["sent", "read"] as const) {
    const chosen = pairs.filter(pair => pair.direction === direction);
    if (chosen.length === 0) continue;
    const head = [
      'import type { Sent } from "../helpers.js";',
      `import type { components } from "./${direction}.js";`,
      'type Of<Name extends keyof components["schemas"]> = components["schemas"][Name];',
      "declare function value<T>(): T;",
    ];
    const lines: string[] = [];
    const assign = (wanted: string, given: string): string => {
      lines.push(`export const c${lines.length}: ${wanted} = value<${given}>();`);
      return `${folder}/check-${direction}.ts:${head.length + lines.length}`;
    };
    for (const pair of chosen) {
      const [was, is] = [oldName(pairs.indexOf(pair)), newName(pairs.indexOf(pair))].map(name => {
        const type = `Of<${JSON.stringify(name)}>`;
        return direction === "sent" ? `Sent<${type}>` : type;
      });
      if (was === undefined || is === undefined) continue;
      const [wanted, given] = direction === "sent" ? [is, was] : [was, is];
      checks.push({ pair, forwards: assign(wanted, given), backwards: assign(given, wanted) });
    }
    const types = astToString(toStrictTypes(nodes, direction, ownNames));
    files.push(
      [`${folder}/${direction}.ts`, `import type { Sent } from "../helpers.js";\n${types}`],
      [`${folder}/check-${direction}.ts`, `${[...head, ...lines].join("\n")}\n`],
    );
  }
  return { files, checks };
}

const oldName = (index: number): string => `was ${index}`;
const newName = (index: number): string => `is ${index}`;

/**
 * Returns one document with the old and the new schema of each pair. Both versions refer to the new version of a schema
 * if there is one: its old version is judged as a pair of its own. So a change is reported where it was made.
 */
function combine(
  versions: Versions,
  pairs: readonly TypePair[],
): { document: JsonObject; ownNames: Map<string, string> } {
  const [old, now] = [schemasOf(hideFields(versions.before)), schemasOf(hideFields(versions.after))];
  const schemas: Record<string, Json> = {};
  const ownNames = new Map<string, string>();
  const open = new Set<string>();
  const add = (name: string, schema: Json, subject: string): void => {
    schemas[name] = mapReferences(schema, target => {
      open.add(target);
      return target;
    });
    ownNames.set(name, subject);
  };
  for (const [index, { was, is, subject }] of pairs.entries()) {
    add(oldName(index), was, subject);
    add(newName(index), is, subject);
  }
  for (const name of open) {
    const schema = get(now, name) ?? get(old, name);
    if (schema !== undefined) add(name, schema, name);
  }
  return {
    document: { openapi: "3.1.0", info: { title: "", version: "" }, paths: {}, components: { schemas } },
    ownNames,
  };
}

/** Shortens a message of the compiler to the path of the value and the reason. */
function explain({ message }: Diagnostic): string {
  const path = message.flatMap(line => {
    const [, at] = /^(?:Types of property|The types of) '(.+?)' (?:are|is) incompatible/.exec(line) ?? [];
    return at === undefined || at.includes("[names]") ? [] : [at];
  });
  const last = message.at(-1) ?? "";
  const [, missing] = /^Property '(.+?)' is (?:missing|optional) in type/.exec(last) ?? [];
  const isName = message.some(line => line.includes("[names]"));
  const [, name] = isName ? (/^Type '"(.+?)"'/.exec(last) ?? []) : [];
  const field = [...path, ...[missing ?? name].filter(each => each !== undefined)].join(".");
  if (name !== undefined) return `${field} is not declared any more`;
  if (missing !== undefined) return `${field} is missing`;
  return `${field === "" ? "" : `${field}: `}${last}`;
}
