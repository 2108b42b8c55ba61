import { type CallExpression, type Expression, type NewExpression, type Program, parse, type Super } from "acorn";
import { simple } from "acorn-walk";
import { get, isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { evaluate, isGlobal, type Lookup, memberName, urlParts } from "./evaluate-expression.ts";

/** A value that a script assigns to a name, or to a property of a name. */
interface Binding {
  property?: string;
  value: Expression;
}

/**
 * Finds the options that a page's scripts pass to Swagger UI or Redoc, as far as they are known without running code.
 */
export function findOptions(scripts: readonly string[], page: URL | undefined): JsonObject[] {
  const programs = scripts.map(parseScript).filter(program => program !== undefined);
  const lookup = createLookup(collectBindings(programs), page);
  return programs.flatMap(findCalls).flatMap(call => {
    const [first] = call.arguments;
    const given = first === undefined ? undefined : evaluate(first, lookup);
    const name = calledName(call.callee);
    // A page that Redoc rendered in advance contains its state.
    const spec = name === "Redoc.hydrate" ? get(get(given, "spec"), "data") : given;
    if (name !== "Redoc.init" && name !== "Redoc.hydrate") return isObject(given) ? [given] : [];
    return spec === undefined ? [] : [typeof spec === "string" ? { url: spec } : { spec }];
  });
}

/** Returns undefined for a script that does not parse, such as a template or another language. */
function parseScript(script: string): Program | undefined {
  for (const sourceType of ["script", "module"] as const) {
    try {
      return parse(script, { ecmaVersion: "latest", sourceType, allowReturnOutsideFunction: true });
    } catch {}
  }
  return undefined;
}

type Call = CallExpression | NewExpression;

/** Finds the calls with and without `new`, which Flask's pages write although the function is not a class. */
function findCalls(program: Program): Call[] {
  const calls: Call[] = [];
  const names = ["SwaggerUIBundle", "SwaggerUI", "Redoc.init", "Redoc.hydrate"];
  const find = (call: Call): void => {
    if (names.includes(calledName(call.callee) ?? "")) calls.push(call);
  };
  simple(program, { CallExpression: find, NewExpression: find });
  return calls;
}

function calledName(callee: Expression | Super): string | undefined {
  if (callee.type === "Identifier") return callee.name;
  if (callee.type !== "MemberExpression") return undefined;
  const name = memberName(callee, () => undefined);
  return isGlobal(callee.object) ? name : `${calledName(callee.object)}.${name}`;
}

function collectBindings(programs: readonly Program[]): Map<string, Binding[]> {
  const bindings = new Map<string, Binding[]>();
  const bind = (name: string, binding: Binding) => {
    const known = bindings.get(name);
    if (known === undefined) bindings.set(name, [binding]);
    else known.push(binding);
  };
  for (const program of programs) {
    simple(program, {
      VariableDeclarator: ({ id, init }) => {
        if (id.type === "Identifier" && init) bind(id.name, { value: init });
      },
      AssignmentExpression: ({ left, operator, right: value }) => {
        if (operator !== "=") return;
        if (left.type === "Identifier") bind(left.name, { value });
        if (left.type !== "MemberExpression") return;
        const property = memberName(left, () => undefined);
        if (property === undefined) return;
        if (isGlobal(left.object)) bind(property, { value });
        else if (left.object.type === "Identifier") bind(left.object.name, { property, value });
      },
    });
  }
  return bindings;
}

/** Treats the names in all scripts of a page as one scope. The last known assignment to a name counts. */
function createLookup(bindings: ReadonlyMap<string, Binding[]>, page: URL | undefined): Lookup {
  const known = new Map<string, Json | undefined>();
  if (page !== undefined) {
    const location = urlParts(page);
    known.set("location", location).set("document", { baseURI: page.href, URL: page.href, location });
  }
  const lookup: Lookup = name => {
    if (known.has(name)) return known.get(name);
    // A name is unknown while its own value is evaluated. Otherwise `var a = a || {}` would recurse forever.
    known.set(name, undefined);
    let result: Json | undefined;
    // A copy of the assigned object, made once, because a page may add thousands of properties to it.
    let filled: JsonObject | undefined;
    for (const { property, value: node } of bindings.get(name) ?? []) {
      const value = evaluate(node, lookup);
      if (value === undefined) continue;
      if (property === undefined) {
        [result, filled] = [value, undefined];
      } else {
        filled ??= { ...(isObject(result) ? result : {}) };
        // Not by assignment, because a property `__proto__` would change the prototype.
        Object.defineProperty(filled, property, { value, configurable: true, enumerable: true, writable: true });
        result = filled;
      }
      known.set(name, result);
    }
    return result;
  };
  return lookup;
}
