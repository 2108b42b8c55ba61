import { astToString } from "openapi-typescript";
import ts from "typescript";
import { get, isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { isTypeName } from "../document/model/names.ts";
import { listOperations } from "../document/model/operations.ts";
import { schemasOf } from "../document/model/references.ts";

const { factory } = ts;

/** Names that generated code uses itself, or that would hide what it means. */
const reserved = new Set([
  ...["Exclude", "Extract", "NonNullable", "Omit", "Pick", "Readonly", "ReadonlyArray", "Required"],
  "Array",
  "Link",
  "Partial",
  "Record",
  "Reference",
  "UndescribedRecord",
  "WithRequired",
  "OneOf",
  "XOR",
]);

/**
 * What openapi-typescript makes of a document, in the shape that people and the compiler read best: each schema an interface
 * of its own name, references generic, the query of lists by name, and none of the `never` that fills absent places.
 */
export function shapeTypes(nodes: readonly ts.Node[], document: JsonObject): string {
  const schemas = Object.entries(schemasOf(document))
    .filter(([name]) => isTypeName(name) && !reserved.has(name))
    .map(([name, schema]): SchemaEntry => [name, known(document, name, schema)]);
  const names = new Set(schemas.map(([name]) => name));
  const types = new Map(schemas.map(([name, schema]) => [name, typeOf(name, schema)]));
  const written = new Set(schemas.filter(([, schema]) => isHandWritten(schema)).map(([name]) => name));
  const filters = filtersOf(document, names);
  nodes.forEach(describePlainly);
  const shaped = nodes.flatMap((node): ts.Node[] => {
    if (ts.isTypeAliasDeclaration(node)) return isNothing(node.type) ? [] : [node];
    if (!ts.isInterfaceDeclaration(node)) return [node];
    if (node.name.text === "paths") return [withMembers(node, node.members.map(withoutNever))];
    if (node.name.text === "operations") {
      return [
        withMembers(
          node,
          node.members.map(member => withFilter(member, filters)),
        ),
      ];
    }
    return node.name.text === "components" ? splitComponents(node, types, written) : [node];
  });
  const rewrite = referenceRewriter(types);
  return `${imports(schemas)}${astToString(shaped.map(rewrite))}`;
}

/** The schema without the marks of the pipeline, where a document has them on something else. */
function known(document: JsonObject, name: string, schema: Json): Json {
  if (!isObject(schema)) return schema;
  const { "x-reference": reference, "x-link": link, format, ...rest } = schema;
  const isTarget = (target: Json | undefined): target is Json =>
    target === true || (typeof target === "string" && Object.hasOwn(schemasOf(document), target));
  const isFormat = !String(format).startsWith("qbench-") || ["DateOnly", "DateTime", "UnixSeconds"].includes(name);
  return {
    ...rest,
    ...(isTarget(reference) && { "x-reference": reference }),
    ...(isTarget(link) && { "x-link": link }),
    ...(format !== undefined && isFormat && { format }),
  };
}

/** How a schema is called: by its own name, or as `Reference<Customer>`. */
function typeOf(name: string, schema: Json): ts.TypeNode {
  const relation = relationOf(schema);
  if (relation === undefined) return factory.createTypeReferenceNode(name);
  const { kind, target } = relation;
  const entity = typeof target === "string" ? [factory.createTypeReferenceNode(target)] : undefined;
  return factory.createTypeReferenceNode(kind, entity);
}

type SchemaEntry = readonly [name: string, schema: Json];

/** What the generated file takes from the types that are written by hand, and hands on. */
function imports(schemas: readonly SchemaEntry[]): string {
  const formats = schemas.filter(([, schema]) => formatOf(schema) !== undefined).map(([name]) => name);
  const relations = new Set(schemas.map(([, schema]) => relationOf(schema)?.kind).filter(kind => kind !== undefined));
  const lines = [
    [formats, "formats"],
    [[...relations], "relations"],
  ] as const;
  const text = lines
    .filter(([names]) => names.length > 0)
    .map(([names, file]) => {
      const list = names.toSorted().join(", ");
      return `import type { ${list} } from "./common/${file}.js";\nexport type { ${list} };\n`;
    });
  return text.length === 0 ? "" : `${text.join("")}\n`;
}

/** Whether a schema stands for a record, and the entity of that; true for one that no schema describes. */
function relationOf(schema: Json): { kind: "Link" | "Reference"; target: string | true } | undefined {
  for (const [key, kind] of [
    ["x-reference", "Reference"],
    ["x-link", "Link"],
  ] as const) {
    const target = get(schema, key);
    if (target === true || (typeof target === "string" && isTypeName(target))) return { kind, target };
  }
  return undefined;
}

const formatOf = (schema: Json): string | undefined => {
  const format = get(schema, "format");
  return typeof format === "string" && format.startsWith("qbench-") ? format : undefined;
};

/** Schemas that `packages/types/src/common` has: references and the families of dates. */
const isHandWritten = (schema: Json): boolean => relationOf(schema) !== undefined || formatOf(schema) !== undefined;

/** `Record<string, never>`, which stands for webhooks and definitions that there are none of. */
const isNothing = (type: ts.TypeNode): boolean => ts.isTypeReferenceNode(type) && isNamed(type.typeName, "Record");

interface Filter {
  name: string;
  isRequired: boolean;
}

const filtersOf = (document: JsonObject, names: ReadonlySet<string>): Map<string, Filter> =>
  new Map(
    listOperations(document).flatMap(({ operation }): [string, Filter][] => {
      const name = operation["x-filter"];
      if (typeof name !== "string" || typeof operation.operationId !== "string" || !names.has(name)) return [];
      const isRequired = get(get(schemasOf(document), name), "required") !== undefined;
      return [[operation.operationId, { name, isRequired }]];
    }),
  );

/** Puts `Order` for `components["schemas"]["Order"]`, and `Reference<Customer>` for the schema that stands for one. */
function referenceRewriter(types: ReadonlyMap<string, ts.TypeNode>): (node: ts.Node) => ts.Node {
  const visit = (node: ts.Node): ts.Node =>
    types.get(schemaIn(node) ?? "") ?? ts.visitEachChild(node, visit, undefined);
  return visit;
}

/** The name in `components["schemas"]["name"]`. */
function schemaIn(node: ts.Node): string | undefined {
  if (!ts.isIndexedAccessTypeNode(node) || !ts.isIndexedAccessTypeNode(node.objectType)) return undefined;
  const { objectType } = node.objectType;
  const isComponents = ts.isTypeReferenceNode(objectType) && isNamed(objectType.typeName, "components");
  return isComponents && literalIn(node.objectType.indexType) === "schemas" ? literalIn(node.indexType) : undefined;
}

const isNamed = (name: ts.EntityName, text: string): boolean => ts.isIdentifier(name) && name.text === text;

const literalIn = (type: ts.TypeNode): string | undefined =>
  ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? type.literal.text : undefined;

const withMembers = (node: ts.InterfaceDeclaration, members: readonly ts.TypeElement[]): ts.InterfaceDeclaration =>
  factory.updateInterfaceDeclaration(
    node,
    node.modifiers,
    node.name,
    node.typeParameters,
    node.heritageClauses,
    members,
  );

const isNever = (type: ts.TypeNode | undefined): boolean => type?.kind === ts.SyntaxKind.NeverKeyword;

/** A path's item without the methods and parameters that it has not. */
function withoutNever(member: ts.TypeElement): ts.TypeElement {
  if (!ts.isPropertySignature(member) || member.type === undefined || !ts.isTypeLiteralNode(member.type)) return member;
  const members = member.type.members.filter(part => {
    if (!ts.isPropertySignature(part)) return true;
    const isEmpty = part.type && ts.isTypeLiteralNode(part.type) && part.type.members.every(isNeverMember);
    return !isNever(part.type) && !(nameOf(part) === "parameters" && isEmpty);
  });
  return withType(member, factory.createTypeLiteralNode(members));
}

const isNeverMember = (member: ts.TypeElement): boolean => ts.isPropertySignature(member) && isNever(member.type);

const withType = (member: ts.PropertySignature, type: ts.TypeNode, questionToken = member.questionToken) =>
  keepComments(member, factory.createPropertySignature(member.modifiers, member.name, questionToken, type));

/** Comments are bound to a node, and a new one has none. */
function keepComments<Node extends ts.Node>(from: ts.Node, to: Node): Node {
  return ts.setSyntheticLeadingComments(to, ts.getSyntheticLeadingComments(from));
}

/** Takes the tag off descriptions: editors show what stands before all tags as the text itself. */
function describePlainly(node: ts.Node): void {
  const comments = ts.getSyntheticLeadingComments(node)?.map(comment => ({
    ...comment,
    text: comment.text.replace(/(^\* |\n \* )@description /, "$1"),
  }));
  if (comments !== undefined) ts.setSyntheticLeadingComments(node, comments);
  ts.forEachChild(node, describePlainly);
}

const nameOf = ({ name }: ts.PropertySignature): string =>
  ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name) ? name.text : "";

/** An operation whose query is the filter of its list. */
function withFilter(member: ts.TypeElement, filters: ReadonlyMap<string, Filter>): ts.TypeElement {
  if (!ts.isPropertySignature(member)) return member;
  const filter = filters.get(nameOf(member));
  if (filter === undefined) return member;
  return changeType(member, operation =>
    nameOf(operation) !== "parameters"
      ? operation
      : changeType(operation, place =>
          nameOf(place) !== "query"
            ? place
            : withType(
                place,
                factory.createTypeReferenceNode(filter.name),
                filter.isRequired ? undefined : factory.createToken(ts.SyntaxKind.QuestionToken),
              ),
        ),
  );
}

/** The member with each property of its literal type changed. */
function changeType(
  member: ts.PropertySignature,
  change: (property: ts.PropertySignature) => ts.TypeElement,
): ts.PropertySignature {
  if (member.type === undefined || !ts.isTypeLiteralNode(member.type)) return member;
  const members = member.type.members.map(part => (ts.isPropertySignature(part) ? change(part) : part));
  return withType(member, factory.createTypeLiteralNode(members));
}

/** The schemas as declarations of their own, then `components` with their names. */
function splitComponents(
  node: ts.InterfaceDeclaration,
  types: ReadonlyMap<string, ts.TypeNode>,
  written: ReadonlySet<string>,
): ts.Node[] {
  const declarations: ts.Node[] = [];
  const members = node.members
    .filter(member => !isNeverMember(member))
    .map(member => {
      if (!ts.isPropertySignature(member) || nameOf(member) !== "schemas") return member;
      return changeType(member, schema => {
        const name = nameOf(schema);
        if (!types.has(name) || schema.type === undefined) return schema;
        if (!written.has(name)) declarations.push(keepComments(schema, declare(name, schema.type)));
        return factory.createPropertySignature(undefined, schema.name, undefined, indexed(name));
      });
    });
  return [...declarations, withMembers(node, members)];
}

/** `components["schemas"]["name"]`, which is rewritten with all the others. */
const indexed = (name: string): ts.TypeNode =>
  ["schemas", name].reduce<ts.TypeNode>(
    (type, key) =>
      factory.createIndexedAccessTypeNode(type, factory.createLiteralTypeNode(factory.createStringLiteral(key))),
    factory.createTypeReferenceNode("components"),
  );

const exported = [factory.createModifier(ts.SyntaxKind.ExportKeyword)];

function declare(name: string, type: ts.TypeNode): ts.Statement {
  const members = membersOf(type);
  return members === undefined
    ? factory.createTypeAliasDeclaration(exported, name, undefined, type)
    : factory.createInterfaceDeclaration(exported, name, undefined, undefined, members);
}

/** The members of an object type, one that is open included, which is an intersection with an index signature. */
function membersOf(type: ts.TypeNode): ts.TypeElement[] | undefined {
  if (ts.isTypeLiteralNode(type)) return [...type.members];
  if (!ts.isIntersectionTypeNode(type)) return undefined;
  const [object, open] = type.types;
  if (type.types.length !== 2 || !object || !open || !ts.isTypeLiteralNode(object) || !ts.isTypeLiteralNode(open)) {
    return undefined;
  }
  const [signature] = open.members;
  const isOpen =
    open.members.length === 1 &&
    signature !== undefined &&
    ts.isIndexSignatureDeclaration(signature) &&
    signature.type.kind === ts.SyntaxKind.UnknownKeyword;
  return isOpen ? [...object.members, signature] : undefined;
}
