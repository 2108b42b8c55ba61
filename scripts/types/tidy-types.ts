import { STATUS_CODES } from "node:http";
import { astToString } from "openapi-typescript/dist/lib/ts.mjs";
import ts from "typescript";
import { entityNames, requestsOf } from "../document/model/entities.ts";
import { get, isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { isTypeName } from "../document/model/names.ts";
import { isQBench, listOperations } from "../document/model/operations.ts";
import { schemasOf } from "../document/model/references.ts";

const { factory } = ts;

/** Names that generated code uses itself. A schema with such a name would hide them. */
const reserved = new Set([
  ...["Exclude", "Extract", "NonNullable", "Omit", "Pick", "Readonly", "ReadonlyArray", "Required"],
  "ArgumentsOf",
  "Array",
  "CustomFields",
  "Link",
  "MethodTypes",
  "Partial",
  "Record",
  "Reference",
  "Resources",
  "Signatures",
  "UndescribedRecord",
  "WithRequired",
  "WriteArgumentsOf",
  "OneOf",
  "XOR",
]);

/**
 * Tidies the types that openapi-typescript generates, for people and for the compiler. Each schema becomes an interface
 * with its own name, references become generic, and lists name their query. Members of type `never` are removed. A
 * service can add its custom fields to the interface of a record, and they are then fields of its requests as well.
 */
export function tidyTypes(nodes: readonly ts.Node[], document: JsonObject): string {
  const schemas = Object.entries(schemasOf(document))
    .filter(([name]) => isTypeName(name) && !reserved.has(name))
    .map(([name, schema]): SchemaEntry => [name, known(document, name, schema)]);
  const names = new Set(schemas.map(([name]) => name));
  const types = new Map(schemas.map(([name, schema]) => [name, typeOf(name, schema)]));
  const written = new Set(schemas.filter(([, schema]) => isHandWritten(schema)).map(([name]) => name));
  const filters = filtersOf(document, names);
  const records = recordsOf(document, names);
  nodes.forEach(describePlainly);
  nodes.forEach(describeWhole);
  const tidied = nodes.flatMap((node): ts.Node[] => {
    if (ts.isTypeAliasDeclaration(node)) return isEmptyRecord(node.type) ? [] : [node];
    if (!ts.isInterfaceDeclaration(node)) return [node];
    if (node.name.text === "paths") return [withMembers(node, node.members.map(withoutNever))];
    if (node.name.text === "operations") {
      return [
        withMembers(
          node,
          node.members.map(member => withoutUndeclared(withFilter(member, filters))),
        ),
      ];
    }
    return node.name.text === "components" ? splitComponents(node, types, written, records) : [node];
  });
  const rewrite = referenceRewriter(types);
  return `${imports(schemas, records)}${astToString(tidied.map(rewrite))}`;
}

/** Drops the marks of the pipeline from a schema that did not get them from the pipeline. */
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

/** Returns the type that stands for a schema: its own name, or `Reference<Customer>`. */
function typeOf(name: string, schema: Json): ts.TypeNode {
  const relation = relationOf(schema);
  if (relation === undefined) return factory.createTypeReferenceNode(name);
  const { kind, target } = relation;
  const entity = typeof target === "string" ? [factory.createTypeReferenceNode(target)] : undefined;
  return factory.createTypeReferenceNode(kind, entity);
}

type SchemaEntry = readonly [name: string, schema: Json];

/** Imports the hand-written types that the generated file needs, and exports them again. */
function imports(schemas: readonly SchemaEntry[], records: ReadonlyMap<string, RecordType>): string {
  const formats = schemas.filter(([, schema]) => formatOf(schema) !== undefined).map(([name]) => name);
  const relations = new Set(schemas.map(([, schema]) => relationOf(schema)?.kind).filter(kind => kind !== undefined));
  const lines = [
    [formats, "formats"],
    [[...relations], "relations"],
    [records.size > 0 ? ["CustomFields"] : [], "custom-fields"],
  ] as const;
  const text = lines
    .filter(([names]) => names.length > 0)
    .map(([names, file]) => {
      const list = names.toSorted().join(", ");
      return `import type { ${list} } from "./common/${file}.js";\nexport type { ${list} };\n`;
    });
  return text.length === 0 ? "" : `${text.join("")}\n`;
}

/** Returns the kind and the target entity of a relation. The target is true for records that no schema describes. */
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

/** Returns true for schemas that are hand-written in `packages/types/src/common`: relations and date types. */
const isHandWritten = (schema: Json): boolean => relationOf(schema) !== undefined || formatOf(schema) !== undefined;

/** Returns true for `Record<string, never>`, which the library generates for missing webhooks and definitions. */
const isEmptyRecord = (type: ts.TypeNode): boolean => ts.isTypeReferenceNode(type) && isNamed(type.typeName, "Record");

/** A record of QBench, or a request that writes one: the interface to which a service can add custom fields. */
interface RecordType {
  /** The entity, such as `Order` for `OrderUpdate`. */
  entity: string;
  /** The interface of the entity's declared fields. */
  fields: string;
}

/** Returns the records of a document, by the names of their schemas: `Order`, `OrderCreate` and `OrderUpdate`. */
function recordsOf(document: JsonObject, names: ReadonlySet<string>): Map<string, RecordType> {
  const entities = isQBench(document) ? [...entityNames(document)].filter(name => names.has(name)) : [];
  return new Map(
    entities.flatMap(entity => {
      let fields = `${entity}Fields`;
      while (names.has(fields)) fields += "_";
      return [entity, ...requestsOf(entity)].map((name): [string, RecordType] => [name, { entity, fields }]);
    }),
  );
}

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

/** Replaces `components["schemas"]["Order"]` by `Order`, and the schema of a relation by `Reference<Customer>`. */
function referenceRewriter(types: ReadonlyMap<string, ts.TypeNode>): (node: ts.Node) => ts.Node {
  const visit = (node: ts.Node): ts.Node =>
    types.get(schemaIn(node) ?? "") ?? ts.visitEachChild(node, visit, undefined);
  return visit;
}

/** Returns the name in `components["schemas"]["name"]`. */
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

/** Returns a path item without the members of type `never`: methods and parameters that it does not have. */
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

/** Copies the comments of a node to the node that replaces it. */
function keepComments<Node extends ts.Node>(from: ts.Node, to: Node): Node {
  return ts.setSyntheticLeadingComments(to, ts.getSyntheticLeadingComments(from));
}

/**
 * Removes the tag from descriptions, because editors show the text before all tags as the description itself. Removes
 * descriptions that only say what the status of a response means, such as `OK`, because OpenAPI requires one.
 */
function describePlainly(node: ts.Node): void {
  const status = ts.isPropertySignature(node) ? STATUS_CODES[nameOf(node)] : undefined;
  const comments = ts
    .getSyntheticLeadingComments(node)
    ?.map(comment => ({ ...comment, text: comment.text.replace(/(^\* |\n \* )@description /, "$1") }))
    .filter(({ text }) => status === undefined || text.replaceAll("*", "").trim() !== status);
  if (comments !== undefined) ts.setSyntheticLeadingComments(node, comments);
  ts.forEachChild(node, describePlainly);
}

const wholes: Readonly<Record<string, string>> = {
  components: "Holds the schemas, responses and parameters of the document, by their names.",
  operations: "Describes the parameters, bodies and responses of each operation of the document, by its name.",
  paths:
    "Describes the operations of each path of the document. The generic functions of openapi-fetch take this type.",
  webhooks: "Describes the requests that the server sends, by their names.",
};

/** Describes the interfaces that stand for the whole document. */
function describeWhole(node: ts.Node): void {
  const text = ts.isInterfaceDeclaration(node) ? wholes[node.name.text] : undefined;
  if (text !== undefined) addComment(node, text);
}

const addComment = <Node extends ts.Node>(node: Node, text: string): Node =>
  ts.addSyntheticLeadingComment(node, ts.SyntaxKind.MultiLineCommentTrivia, `* ${text} `, true);

const nameOf = ({ name }: ts.PropertySignature): string =>
  ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name) ? name.text : "";

/** Returns an operation whose query is the filter type of its list. */
function withFilter(member: ts.TypeElement, filters: ReadonlyMap<string, Filter>): ts.TypeElement {
  if (!ts.isPropertySignature(member)) return member;
  const filter = filters.get(nameOf(member));
  if (filter === undefined) return member;
  return changeType(member, operation =>
    nameOf(operation) !== "parameters"
      ? operation
      : changeType(operation, location =>
          nameOf(location) !== "query"
            ? location
            : withType(
                location,
                factory.createTypeReferenceNode(filter.name),
                filter.isRequired ? undefined : factory.createToken(ts.SyntaxKind.QuestionToken),
              ),
        ),
  );
}

/** Returns an operation without members that declare nothing: a body that it does not take, and headers of any name. */
function withoutUndeclared(member: ts.TypeElement): ts.TypeElement {
  if (!ts.isPropertySignature(member)) return member;
  return changeType(member, part => {
    if (nameOf(part) === "responses") return changeType(part, withoutHeaders);
    return nameOf(part) === "requestBody" && isNever(part.type) ? undefined : part;
  });
}

const withoutHeaders = (response: ts.PropertySignature): ts.PropertySignature =>
  changeType(response, part => (nameOf(part) === "headers" && hasNoProperties(part.type) ? undefined : part));

const hasNoProperties = (type: ts.TypeNode | undefined): boolean =>
  type !== undefined && ts.isTypeLiteralNode(type) && !type.members.some(ts.isPropertySignature);

/** Returns the member with each property of its literal type changed, or removed if `change` returns undefined. */
function changeType(
  member: ts.PropertySignature,
  change: (property: ts.PropertySignature) => ts.TypeElement | undefined,
): ts.PropertySignature {
  if (member.type === undefined || !ts.isTypeLiteralNode(member.type)) return member;
  const members = member.type.members
    .map(part => (ts.isPropertySignature(part) ? change(part) : part))
    .filter(part => part !== undefined);
  return withType(member, factory.createTypeLiteralNode(members));
}

/** Returns the schemas as separate declarations, then `components`, which refers to them by name. */
function splitComponents(
  node: ts.InterfaceDeclaration,
  types: ReadonlyMap<string, ts.TypeNode>,
  written: ReadonlySet<string>,
  records: ReadonlyMap<string, RecordType>,
): ts.Node[] {
  const declarations: ts.Node[] = [];
  const members = node.members
    .filter(member => !isNeverMember(member))
    .map(member => {
      if (!ts.isPropertySignature(member)) return member;
      if (nameOf(member) === "responses") return changeType(member, withoutHeaders);
      if (nameOf(member) !== "schemas") return member;
      return changeType(member, schema => {
        const name = nameOf(schema);
        if (!types.has(name) || schema.type === undefined) return schema;
        if (!written.has(name)) declarations.push(...declare(name, schema.type, schema, records.get(name)));
        return factory.createPropertySignature(undefined, schema.name, undefined, indexed(name));
      });
    });
  return [...declarations, withMembers(node, members)];
}

/** Returns `components["schemas"]["name"]`, which the rewriter replaces like all others. */
const indexed = (name: string): ts.TypeNode =>
  ["schemas", name].reduce<ts.TypeNode>(
    (type, key) =>
      factory.createIndexedAccessTypeNode(type, factory.createLiteralTypeNode(factory.createStringLiteral(key))),
    factory.createTypeReferenceNode("components"),
  );

const exported = [factory.createModifier(ts.SyntaxKind.ExportKeyword)];

/** Declares a schema. The comments are those of the schema. */
function declare(name: string, type: ts.TypeNode, comments: ts.Node, record: RecordType | undefined): ts.Statement[] {
  if (!ts.isTypeLiteralNode(type)) {
    const alias = keepComments(comments, factory.createTypeAliasDeclaration(exported, name, undefined, type));
    // A reference to another schema has no description of its own.
    return [ts.getSyntheticLeadingComments(alias) ? alias : addComment(alias, "Is another name of the type.")];
  }
  if (record === undefined) return [keepComments(comments, declareInterface(exported, name, type.members))];
  const { entity, fields } = record;
  if (name !== entity) {
    const base = extendsClause("CustomFields", entity, fields);
    return [keepComments(comments, declareInterface(exported, name, type.members, base))];
  }
  return [
    declareInterface([], fields, type.members),
    keepComments(comments, declareInterface(exported, name, [], extendsClause(fields))),
  ];
}

const declareInterface = (
  modifiers: readonly ts.Modifier[],
  name: string,
  members: readonly ts.TypeElement[],
  base?: ts.HeritageClause,
): ts.InterfaceDeclaration =>
  factory.createInterfaceDeclaration(modifiers, name, undefined, base && [base], [...members]);

const extendsClause = (name: string, ...types: string[]): ts.HeritageClause =>
  factory.createHeritageClause(ts.SyntaxKind.ExtendsKeyword, [
    factory.createExpressionWithTypeArguments(
      factory.createIdentifier(name),
      types.map(each => factory.createTypeReferenceNode(each)),
    ),
  ]);
