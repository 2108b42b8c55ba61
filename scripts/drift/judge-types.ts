import type ts from "typescript";
import { declareTypes } from "../compiler/declare-types.ts";
import { type Diagnostic, runCompiler } from "../compiler/run-compiler.ts";
import { get, isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { mapReferences, referredName, schemasOf } from "../document/model/references.ts";
import { writeStrictTypes } from "./strict-types.ts";
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
 * Lets the compiler decide whether callers may go from the old type of a pair to the new one: all that they send is
 * still accepted, and all that they read is still there. All cases are compiled in one run.
 */
export async function judgeTypes(cases: readonly Case[]): Promise<Verdict[][]> {
  const programs = cases.map(({ versions, pairs }, index) => writeProgram(versions, pairs, `${index}`));
  const files = new Map(programs.flatMap(program => program.files));
  const diagnostics = files.size === 0 ? [] : await runCompiler(files);
  return programs.map(program => readVerdicts(program, diagnostics));
}

interface Program {
  folder: string;
  files: [name: string, text: string][];
  checks: Check[];
  /** The reason why the types cannot be written. */
  failure?: string;
}

interface Check {
  pair: TypePair;
  /** The file and line that has an error if the new type may not take the place of the old one. */
  forwards: string;
  /** The same for the reverse. */
  backwards: string;
}

/** Writes the types of all pairs, and one line for each pair and way. */
function writeProgram(versions: Versions, pairs: readonly TypePair[], folder: string): Program {
  const program: Program = { folder, files: [], checks: [] };
  if (pairs.length === 0) return program;
  const { document, ownNames } = combine(versions, pairs);
  let nodes: ts.Node[];
  try {
    nodes = declareTypes(document);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { ...program, failure, checks: pairs.map(pair => ({ pair, forwards: "", backwards: "" })) };
  }
  for (const direction of ["sent", "read"] as const) {
    const lines = [`import type { components } from "./${direction}.js";`, "declare function value<T>(): T;"];
    const file = `${folder}/check-${direction}.ts`;
    const assign = (wanted: string, given: string): string => {
      lines.push(`export const c${lines.length}: ${schemaType(wanted)} = value<${schemaType(given)}>();`);
      return `${file}:${lines.length}`;
    };
    const omitted = new Set<string>();
    for (const [index, pair] of pairs.entries()) {
      if (pair.direction !== direction) {
        omitted.add(oldName(index)).add(newName(index));
        continue;
      }
      const names = [newName(index), oldName(index)] as const;
      const [wanted, given] = direction === "sent" ? names : names.toReversed();
      if (wanted === undefined || given === undefined) continue;
      program.checks.push({ pair, forwards: assign(wanted, given), backwards: assign(given, wanted) });
    }
    program.files.push(
      [`${folder}/${direction}.ts`, writeStrictTypes(nodes, direction, ownNames, omitted)],
      [file, `${lines.join("\n")}\n`],
    );
  }
  return program;
}

function readVerdicts({ folder, checks, failure }: Program, diagnostics: readonly Diagnostic[]): Verdict[] {
  const errors = Map.groupBy(diagnostics, ({ file, line }) => `${file}:${line}`);
  const lines = new Set(checks.flatMap(({ forwards, backwards }) => [forwards, backwards]));
  // Without valid types, no check says anything. Then all are rejected.
  const invalid = diagnostics.find(
    ({ file, line }) => (file === "" || file.startsWith(`${folder}/`)) && !lines.has(`${file}:${line}`),
  );
  return checks.map(({ pair, forwards, backwards }): Verdict => {
    const error = errors.get(forwards)?.[0] ?? invalid;
    const reason =
      failure ?? (error === undefined ? undefined : pair.is === undefined ? "it was removed" : explain(error));
    return { pair, rejection: reason, isEqual: reason === undefined && !errors.has(backwards) };
  });
}

const schemaType = (name: string): string => `components["schemas"][${JSON.stringify(name)}]`;
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
  const [old, now] = [schemasOf(versions.before), schemasOf(versions.after)];
  const stable = stableNames(pairs);
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
    if (is !== undefined) add(newName(index), is, subject);
  }
  for (const name of open) {
    const schema = stable.has(name) ? placeholder(name) : (get(now, name) ?? get(old, name));
    if (schema !== undefined) add(name, schema, name);
  }
  return {
    document: { openapi: "3.1.0", info: { title: "", version: "" }, paths: {}, components: { schemas } },
    ownNames,
  };
}

/**
 * Returns the schemas whose content does not matter, because both versions of each pair refer to them equally often.
 * Most changes concern few fields, and the types of all others need not be generated.
 */
function stableNames(pairs: readonly TypePair[]): Set<string> {
  const stable = new Set<string>();
  const unstable = new Set<string>();
  for (const { was, is } of pairs) {
    const [old, now] = [countReferences(was), countReferences(is ?? null)];
    for (const name of new Set([...old.keys(), ...now.keys()])) {
      (old.get(name) === now.get(name) ? stable : unstable).add(name);
    }
  }
  return new Set([...stable].filter(name => !unstable.has(name)));
}

/** Counts the references by name. A reference in a composition counts as NaN, which differs from every count. */
function countReferences(schema: Json): Map<string, number> {
  const counts = new Map<string, number>();
  const visit = (value: Json, weight: number): void => {
    const name = referredName(value);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + weight);
    if (Array.isArray(value)) for (const each of value) visit(each, weight);
    else if (isObject(value)) {
      for (const [key, child] of Object.entries(value)) {
        const isComposed = key === "allOf" && Array.isArray(child) && child.length > 1;
        visit(child, isComposed || value.discriminator !== undefined ? Number.NaN : weight);
      }
    }
  };
  visit(schema, 1);
  return counts;
}

/** Returns the schema of a type that is assignable to itself only. */
const placeholder = (name: string): JsonObject => ({
  type: "object",
  properties: { [`content of ${name}`]: { enum: [name] } },
  required: [`content of ${name}`],
});

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
