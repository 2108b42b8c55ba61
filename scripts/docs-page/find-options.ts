import { type CallExpression, type Expression, type Program, parse, type Super } from "acorn";
import { simple } from "acorn-walk";
import { isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { evaluate, isGlobal, type Lookup, memberName, urlParts } from "./evaluate-expression.ts";

/** A value that a script gives to a name, or to a property of a name. */
interface Binding {
  property?: string;
  value: Expression;
}

/** The options that a page's scripts give to Swagger UI or Redoc, as far as they are written down. */
export function findOptions(scripts: readonly string[], page: URL | undefined): JsonObject[] {
  const programs = scripts.map(parseScript).filter(program => program !== undefined);
  const lookup = createLookup(collectBindings(programs), page);
  return programs.flatMap(findCalls).flatMap(call => {
    const [first] = call.arguments;
    const given = first === undefined ? undefined : evaluate(first, lookup);
    if (calledName(call.callee) !== "Redoc.init") return isObject(given) ? [given] : [];
    return given === undefined ? [] : [typeof given === "string" ? { url: given } : { spec: given }];
  });
}

/** A script that can't be parsed (a template, another language) is as if it weren't there. */
function parseScript(script: string): Program | undefined {
  for (const sourceType of ["script", "module"] as const) {
    try {
      return parse(script, { ecmaVersion: "latest", sourceType, allowReturnOutsideFunction: true });
    } catch {}
  }
  return undefined;
}

function findCalls(program: Program): CallExpression[] {
  const calls: CallExpression[] = [];
  const names = ["SwaggerUIBundle", "SwaggerUI", "Redoc.init"];
  simple(program, {
    CallExpression: call => {
      if (names.includes(calledName(call.callee) ?? "")) calls.push(call);
    },
  });
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

/** Names in all scripts of a page are taken as one scope: what is assigned last and can be known counts. */
function createLookup(bindings: ReadonlyMap<string, Binding[]>, page: URL | undefined): Lookup {
  const known = new Map<string, Json | undefined>();
  if (page !== undefined) {
    const location = urlParts(page);
    known.set("location", location).set("document", { baseURI: page.href, URL: page.href, location });
  }
  const lookup: Lookup = name => {
    if (known.has(name)) return known.get(name);
    // While a name is being looked up it isn't known: `var a = a || {}` must end.
    known.set(name, undefined);
    let result: Json | undefined;
    // A copy of what was assigned, made once: a page may fill it with thousands of properties.
    let filled: JsonObject | undefined;
    for (const { property, value: node } of bindings.get(name) ?? []) {
      const value = evaluate(node, lookup);
      if (value === undefined) continue;
      if (property === undefined) {
        [result, filled] = [value, undefined];
      } else {
        filled ??= { ...(isObject(result) ? result : {}) };
        // Not by assignment, which a property called __proto__ would make something else of.
        Object.defineProperty(filled, property, { value, configurable: true, enumerable: true, writable: true });
        result = filled;
      }
      known.set(name, result);
    }
    return result;
  };
  return lookup;
}
