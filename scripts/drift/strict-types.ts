import ts from "typescript";

const { factory } = ts;

/**
 * Declarations that the strict types use. `Sent` adds the names of its fields to an object. TypeScript accepts an object
 * with more fields than the wanted type has, but not with more names.
 */
export const strictHelpers = `declare const names: unique symbol;
export type Sent<T> = T extends object ? T extends readonly unknown[] ? T : T & { [names]: keyof T } : T;
`;

/**
 * Changes types so that "is assignable" means "may take the place of".
 *
 * Types that callers read get no optional fields: an optional field may be undefined, but it must be declared. So a
 * removed field is an error. Types that callers send know the names of their fields. So a field that is no longer
 * declared is an error there too.
 *
 * Literals that contain the temporary name of a schema get the schema's own name.
 */
export function toStrictTypes(
  nodes: readonly ts.Node[],
  direction: "sent" | "read",
  ownNames: ReadonlyMap<string, string>,
): ts.Node[] {
  const visitSent = (node: ts.Node): ts.Node => {
    // The names in `components["schemas"]["Order"]` select a type.
    if (ts.isIndexedAccessTypeNode(node)) return node;
    const inside = ts.visitEachChild(node, visitSent, undefined);
    if (ts.isPropertySignature(inside) && inside.type !== undefined && isField(inside)) {
      return factory.updatePropertySignature(
        inside,
        inside.modifiers,
        inside.name,
        inside.questionToken,
        sent(inside.type),
      );
    }
    if (ts.isArrayTypeNode(inside)) return factory.updateArrayTypeNode(inside, sent(inside.elementType));
    if (ts.isIndexSignatureDeclaration(inside)) {
      return factory.updateIndexSignature(inside, inside.modifiers, inside.parameters, sent(inside.type));
    }
    return rename(inside);
  };
  const visitRead = (node: ts.Node): ts.Node => {
    if (ts.isIndexedAccessTypeNode(node)) return node;
    const inside = ts.visitEachChild(node, visitRead, undefined);
    if (!ts.isPropertySignature(inside) || inside.questionToken === undefined || inside.type === undefined) {
      return rename(inside);
    }
    const undefinedType = factory.createKeywordTypeNode(ts.SyntaxKind.UndefinedKeyword);
    const type = factory.createUnionTypeNode([inside.type, undefinedType]);
    return factory.updatePropertySignature(inside, inside.modifiers, inside.name, undefined, type);
  };
  const rename = (node: ts.Node): ts.Node => {
    const name = ts.isStringLiteral(node) ? ownNames.get(node.text) : undefined;
    return name === undefined ? node : factory.createStringLiteral(name);
  };
  const visit = direction === "sent" ? visitSent : visitRead;
  return nodes
    .filter(isUsed)
    .map(node =>
      ts.isInterfaceDeclaration(node) && node.name.text === "components" ? withSchemas(node, visit) : node,
    );
}

/** The library declares empty types for the parts that a document lacks. */
const isUsed = (node: ts.Node): boolean =>
  !ts.isTypeAliasDeclaration(node) || !["paths", "webhooks", "operations", "$defs"].includes(node.name.text);

/** Returns `components` with the types of its schemas changed. The names of the schemas themselves are no fields. */
function withSchemas(node: ts.InterfaceDeclaration, visit: (node: ts.Node) => ts.Node): ts.Node {
  const members = node.members.map(member => {
    if (!ts.isPropertySignature(member) || member.type === undefined || !ts.isTypeLiteralNode(member.type))
      return member;
    const schemas = member.type.members.map(schema => {
      if (!ts.isPropertySignature(schema) || schema.type === undefined) return schema;
      const type = ts.visitNode(schema.type, visit, ts.isTypeNode);
      return factory.createPropertySignature(undefined, schema.name, undefined, type);
    });
    return factory.createPropertySignature(undefined, member.name, undefined, factory.createTypeLiteralNode(schemas));
  });
  const { modifiers, name, typeParameters, heritageClauses } = node;
  return factory.updateInterfaceDeclaration(node, modifiers, name, typeParameters, heritageClauses, members);
}

const isField = (node: ts.PropertySignature): boolean => node.type?.kind !== ts.SyntaxKind.NeverKeyword;

const sent = (type: ts.TypeNode): ts.TypeNode => factory.createTypeReferenceNode("Sent", [type]);
