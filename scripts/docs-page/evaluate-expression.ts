import type {
  CallExpression,
  Expression,
  MemberExpression,
  NewExpression,
  ObjectExpression,
  PrivateIdentifier,
  SpreadElement,
  Super,
} from "acorn";
import { get, isObject, type Json, type JsonObject } from "../document/model/json.ts";

/** Returns the value of a name, or undefined if only running the page could give it. */
export type Lookup = (name: string) => Json | undefined;

/** Evaluates an expression without running code. Returns undefined if the value is not known. */
export function evaluate(
  node: Expression | PrivateIdentifier | SpreadElement | Super,
  lookup: Lookup,
): Json | undefined {
  switch (node.type) {
    case "Literal":
      return typeof node.value === "object" || typeof node.value === "bigint" ? nullLiteral(node.raw) : node.value;
    case "TemplateLiteral":
      return node.quasis.reduce<Json | undefined>((text, quasi, index) => {
        const next = node.expressions[index];
        return join(join(text, quasi.value.cooked ?? ""), next === undefined ? "" : evaluate(next, lookup));
      }, "");
    case "UnaryExpression":
      return evaluateUnary(node.operator, evaluate(node.argument, lookup));
    case "BinaryExpression":
      return node.operator === "+" ? join(evaluate(node.left, lookup), evaluate(node.right, lookup)) : undefined;
    case "LogicalExpression": {
      const left = evaluate(node.left, lookup);
      if (node.operator === "&&") return left ? evaluate(node.right, lookup) : left;
      // An unknown value is usually a missing one, and the right side is the page's default for it.
      return left || (node.operator === "??" && left !== null && left !== undefined)
        ? left
        : evaluate(node.right, lookup);
    }
    case "ConditionalExpression": {
      const test = evaluate(node.test, lookup);
      return test === undefined ? undefined : evaluate(test ? node.consequent : node.alternate, lookup);
    }
    case "ObjectExpression":
      return evaluateObject(node, lookup);
    case "ArrayExpression":
      return node.elements
        .map(element => (element === null ? undefined : evaluate(element, lookup)))
        .filter(element => element !== undefined);
    case "Identifier":
      return lookup(node.name);
    case "ChainExpression":
      return evaluate(node.expression, lookup);
    case "MemberExpression":
      return evaluateMember(node, lookup);
    case "CallExpression":
      return evaluateCall(node, lookup);
    case "NewExpression":
      return evaluateUrl(node, lookup);
    default:
      return undefined;
  }
}

/** Addresses are short. A longer concatenation is not an address. */
const MAX_TEXT_LENGTH = 100_000;

/** Returns true for the names of the global object in a page. */
export const isGlobal = (node: Expression | Super): boolean =>
  node.type === "Identifier" && ["window", "self", "globalThis"].includes(node.name);

/** Returns the name after the dot or in the brackets of `a.name`, `a["name"]`. */
export function memberName({ property, computed }: MemberExpression, lookup: Lookup): string | undefined {
  if (!computed) return property.type === "Identifier" ? property.name : undefined;
  const name = evaluate(property, lookup);
  return typeof name === "string" || typeof name === "number" ? String(name) : undefined;
}

const nullLiteral = (raw: string | undefined): null | undefined => (raw === "null" ? null : undefined);

function evaluateUnary(operator: string, value: Json | undefined): Json | undefined {
  if (operator === "!") return value === undefined ? undefined : !value;
  if (typeof value !== "number") return undefined;
  return operator === "-" ? -value : operator === "+" ? value : undefined;
}

function join(left: Json | undefined, right: Json | undefined): Json | undefined {
  if (typeof left === "object" || typeof right === "object" || left === undefined || right === undefined)
    return undefined;
  const text = `${left}${right}`;
  return text.length > MAX_TEXT_LENGTH ? undefined : text;
}

function evaluateObject(node: ObjectExpression, lookup: Lookup): JsonObject {
  const entries = node.properties.flatMap((property): [string, Json][] => {
    if (property.type === "SpreadElement") {
      const spread = evaluate(property.argument, lookup);
      return isObject(spread) ? Object.entries(spread) : [];
    }
    if (property.kind !== "init") return [];
    const { key } = property;
    const name = !property.computed && key.type === "Identifier" ? key.name : evaluate(key, lookup);
    const value = evaluate(property.value, lookup);
    return value === undefined || (typeof name !== "string" && typeof name !== "number") ? [] : [[String(name), value]];
  });
  return Object.fromEntries(entries);
}

function evaluateMember(node: MemberExpression, lookup: Lookup): Json | undefined {
  const name = memberName(node, lookup);
  if (name === undefined) return undefined;
  if (isGlobal(node.object)) return lookup(name);
  const object = evaluate(node.object, lookup);
  return Array.isArray(object) ? object[Number(name)] : get(object, name);
}

function evaluateCall(node: CallExpression, lookup: Lookup): Json | undefined {
  const { callee } = node;
  if (callee.type !== "MemberExpression") return undefined;
  const method = memberName(callee, lookup);
  if (method === "toString") {
    const value = evaluate(callee.object, lookup);
    return typeof value === "string" ? value : get(value, "href");
  }
  if (callee.object.type !== "Identifier") return undefined;
  const [first] = node.arguments;
  switch (`${callee.object.name}.${method}`) {
    case "JSON.parse":
      return first === undefined ? undefined : parseJson(evaluate(first, lookup));
    case "Object.assign":
      return Object.fromEntries(
        node.arguments.flatMap(argument => {
          const value = evaluate(argument, lookup);
          return isObject(value) ? Object.entries(value) : [];
        }),
      );
    default:
      return undefined;
  }
}

function parseJson(text: Json | undefined): Json | undefined {
  if (typeof text !== "string") return undefined;
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Evaluates `new URL(address, base)` to an object with the parts that pages use. */
function evaluateUrl({ callee, arguments: given }: NewExpression, lookup: Lookup): Json | undefined {
  if (callee.type !== "Identifier" || callee.name !== "URL") return undefined;
  const [address, base] = given.map(argument => evaluate(argument, lookup)).map(value => get(value, "href") ?? value);
  if (typeof address !== "string" || !(base === undefined || typeof base === "string")) return undefined;
  return URL.canParse(address, base) ? urlParts(new URL(address, base)) : undefined;
}

/** Returns the parts of a URL, or of a page's `location`. */
export const urlParts = (url: URL): JsonObject => ({
  hash: url.hash,
  host: url.host,
  hostname: url.hostname,
  href: url.href,
  origin: url.origin,
  pathname: url.pathname,
  port: url.port,
  protocol: url.protocol,
  search: url.search,
});
