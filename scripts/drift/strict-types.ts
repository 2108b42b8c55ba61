import { astToString } from "openapi-typescript/dist/lib/ts.mjs";
import ts from "typescript";

const { factory, SyntaxKind } = ts;

/** What callers do with a value. */
export type Direction = "sent" | "read";

/**
 * Writes types for which "is assignable" means "may take the place of".
 *
 * Each object gets the names of its fields, because TypeScript accepts an object with more fields than the wanted type
 * has. In types that callers read, an optional field becomes one that may be undefined. So removing a field is an error
 * in both directions. Intersections become objects, whose names are known.
 *
 * Schemas with an omitted name are not written. Literals that contain the temporary name of a schema get its own name.
 */
export function writeStrictTypes(
  nodes: readonly ts.Node[],
  direction: Direction,
  ownNames: ReadonlyMap<string, string>,
  omitted: ReadonlySet<string>,
): string {
  const schemas = new Map(schemasIn(nodes).map(({ name, type }) => [textOf(name), type]));

  const open = new Set<string>();
  const idOf = countNodes();

  const visit = (node: ts.Node): ts.Node => {
    if (!ts.isIntersectionTypeNode(node)) return visitInside(node);
    // The intersection of two types that contain themselves contains itself.
    const parts = partsOf(node).map(part => schemaName(part) ?? idOf(part));
    const key = JSON.stringify(parts);
    if (open.has(key)) return node;
    open.add(key);
    const result = visitInside(node);
    open.delete(key);
    return result;
  };
  const visitInside = (node: ts.Node): ts.Node => {
    // The names in `components["schemas"]["Order"]` select a type.
    if (ts.isIndexedAccessTypeNode(node)) return node;
    if (ts.isTypeNode(node)) {
      const members = membersOf(node, schemas, []);
      if (members !== undefined) return strictObject(members);
    }
    if (direction === "read" && ts.isIntersectionTypeNode(node)) {
      return factory.createTypeReferenceNode("Readable", [ts.visitEachChild(node, visit, undefined)]);
    }
    const ownName = ownNames.get(stringIn(node) ?? "");
    return ownName === undefined ? ts.visitEachChild(node, visit, undefined) : factory.createStringLiteral(ownName);
  };
  const visitType = (type: ts.TypeNode): ts.TypeNode => ts.visitNode(type, visit, ts.isTypeNode) ?? type;

  const strictObject = (members: readonly Member[]): ts.TypeNode =>
    factory.createTypeLiteralNode([
      ...members.map(({ name, type, isOptional }) => {
        if (name === undefined) return anyField(visitType(type));
        const isRead = direction === "read";
        const mark = isOptional && !isRead ? factory.createToken(SyntaxKind.QuestionToken) : undefined;
        const value = isOptional && isRead ? orUndefined(visitType(type)) : visitType(type);
        return factory.createPropertySignature(undefined, propertyName(name), mark, value);
      }),
      namesField(members),
    ]);

  /** Fewer names are an error: as values that are sent, or as arguments of a function that is read. */
  const namesField = (members: readonly Member[]): ts.TypeElement => {
    const names = members.map(({ name }) =>
      name === undefined
        ? factory.createKeywordTypeNode(SyntaxKind.StringKeyword)
        : factory.createLiteralTypeNode(factory.createStringLiteral(name)),
    );
    const union = factory.createUnionTypeNode([...names, factory.createKeywordTypeNode(SyntaxKind.NeverKeyword)]);
    const parameter = factory.createParameterDeclaration(undefined, undefined, "name", undefined, union);
    const nothing = factory.createKeywordTypeNode(SyntaxKind.VoidKeyword);
    const type = direction === "sent" ? union : factory.createFunctionTypeNode(undefined, [parameter], nothing);
    return factory.createPropertySignature(
      undefined,
      factory.createComputedPropertyName(factory.createIdentifier("names")),
      undefined,
      type,
    );
  };

  const written = [...schemas].filter(([name]) => !omitted.has(name));
  const declarations = written.map(([name, type]) =>
    factory.createPropertySignature(undefined, factory.createStringLiteral(name), undefined, visitType(type)),
  );
  const components = factory.createPropertySignature(
    undefined,
    "schemas",
    undefined,
    factory.createTypeLiteralNode(declarations),
  );
  const exported = [factory.createModifier(SyntaxKind.ExportKeyword)];
  // The other declarations are helpers of the library, and empty types for the parts that a document lacks.
  const helpers = nodes.filter(node => ts.isTypeAliasDeclaration(node) && node.typeParameters !== undefined);
  return [
    "declare const names: unique symbol;\n",
    // The type never has no values, but may be assigned to every type.
    "type Readable<T> = [T] extends [never] ? unknown : T;\n",
    astToString([
      ...helpers,
      factory.createInterfaceDeclaration(exported, "components", undefined, undefined, [components]),
    ]),
  ].join("");
}

/** Returns a function that numbers nodes. */
function countNodes(): (node: ts.Node) => number {
  const ids = new Map<ts.Node, number>();
  return node => {
    const id = ids.get(node) ?? ids.size;
    ids.set(node, id);
    return id;
  };
}

/** Returns the types that an intersection and the intersections inside of it combine. */
const partsOf = (type: ts.TypeNode): ts.TypeNode[] =>
  ts.isIntersectionTypeNode(type) ? type.types.flatMap(partsOf) : [ts.isParenthesizedTypeNode(type) ? type.type : type];

/** A field of an object type. Without a name, all fields that have no own type. */
interface Member {
  name: string | undefined;
  type: ts.TypeNode;
  isOptional: boolean;
}

/** Returns the fields of an object type or of an intersection of object types. Returns undefined for other types. */
function membersOf(
  type: ts.TypeNode,
  schemas: ReadonlyMap<string, ts.TypeNode>,
  open: readonly string[],
): Member[] | undefined {
  if (ts.isParenthesizedTypeNode(type)) return membersOf(type.type, schemas, open);
  if (ts.isTypeLiteralNode(type)) return type.members.flatMap(memberOf);
  if (ts.isIntersectionTypeNode(type)) {
    const parts = type.types
      .filter(({ kind }) => kind !== SyntaxKind.UnknownKeyword)
      .map(part => membersOf(targetOf(part, schemas, open) ?? part, schemas, [...open, schemaName(part) ?? ""]));
    return parts.includes(undefined) ? undefined : combine(parts.flatMap(part => part ?? []));
  }
  if (!ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName)) return undefined;
  const [first, second] = type.typeArguments ?? [];
  if (first === undefined || second === undefined) return undefined;
  if (type.typeName.text === "Record") return [{ name: undefined, type: second, isOptional: false }];
  const members = membersOf(targetOf(first, schemas, open) ?? first, schemas, [...open, schemaName(first) ?? ""]);
  const names = literalsIn(second);
  if (type.typeName.text === "Omit") return members?.filter(({ name }) => name === undefined || !names.includes(name));
  if (type.typeName.text !== "WithRequired") return undefined;
  return members?.map(member => (names.includes(member.name ?? "") ? { ...member, isOptional: false } : member));
}

function memberOf(member: ts.TypeElement): Member[] {
  if (ts.isIndexSignatureDeclaration(member)) return [{ name: undefined, type: member.type, isOptional: false }];
  if (!ts.isPropertySignature(member) || member.type === undefined) return [];
  return [{ name: textOf(member.name), type: member.type, isOptional: member.questionToken !== undefined }];
}

/** Combines fields of the same name: their values have both types. */
function combine(members: readonly Member[]): Member[] {
  return [...Map.groupBy(members, ({ name }) => name).values()].map(([first, ...others]): Member => {
    if (first === undefined) throw new RangeError("A group has at least one field.");
    if (others.length === 0) return first;
    return {
      name: first.name,
      type: factory.createIntersectionTypeNode([first, ...others].map(({ type }) => type)),
      isOptional: [first, ...others].every(({ isOptional }) => isOptional),
    };
  });
}

/** Returns the schema that a type refers to, unless the schema contains the type. */
function targetOf(
  type: ts.TypeNode,
  schemas: ReadonlyMap<string, ts.TypeNode>,
  open: readonly string[],
): ts.TypeNode | undefined {
  const name = schemaName(type);
  return name === undefined || open.includes(name) ? undefined : schemas.get(name);
}

/** Returns the name in `components["schemas"]["name"]`. */
const schemaName = (type: ts.TypeNode): string | undefined =>
  ts.isIndexedAccessTypeNode(type) && ts.isIndexedAccessTypeNode(type.objectType)
    ? literalsIn(type.indexType)[0]
    : undefined;

function literalsIn(type: ts.TypeNode): string[] {
  if (ts.isUnionTypeNode(type)) return type.types.flatMap(literalsIn);
  return [stringIn(ts.isLiteralTypeNode(type) ? type.literal : type) ?? []].flat();
}

/** Returns the text of a string literal. The library writes some of them as identifiers with quotes. */
function stringIn(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node)) return node.text;
  return ts.isIdentifier(node) && node.text.startsWith('"') ? JSON.parse(node.text) : undefined;
}

const propertyName = (name: string): ts.PropertyName =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? factory.createIdentifier(name) : factory.createStringLiteral(name);

const textOf = (name: ts.PropertyName): string =>
  ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name) ? name.text : "";

function schemasIn(nodes: readonly ts.Node[]): { name: ts.PropertyName; type: ts.TypeNode }[] {
  const components = nodes.filter(ts.isInterfaceDeclaration).find(({ name }) => name.text === "components");
  const schemas = components?.members
    .filter(ts.isPropertySignature)
    .find(({ name }) => textOf(name) === "schemas")?.type;
  const members = schemas !== undefined && ts.isTypeLiteralNode(schemas) ? schemas.members : [];
  return members.flatMap(member =>
    ts.isPropertySignature(member) && member.type !== undefined ? [{ name: member.name, type: member.type }] : [],
  );
}

const anyField = (type: ts.TypeNode): ts.TypeElement =>
  factory.createIndexSignature(
    undefined,
    [
      factory.createParameterDeclaration(
        undefined,
        undefined,
        "key",
        undefined,
        factory.createKeywordTypeNode(SyntaxKind.StringKeyword),
      ),
    ],
    type,
  );

const orUndefined = (type: ts.TypeNode): ts.TypeNode =>
  factory.createUnionTypeNode([type, factory.createKeywordTypeNode(SyntaxKind.UndefinedKeyword)]);
