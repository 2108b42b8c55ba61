type Attributes = Record<string, unknown>;

interface Input {
  TableName: string;
  Key?: Attributes;
  Item?: object;
  ConsistentRead?: boolean;
  ConditionExpression?: string;
  ExpressionAttributeValues?: Attributes;
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
const invalid = (message: string): Error => named("ValidationException", message);

/** Some of DynamoDB's reserved words. An expression must not contain them. */
const RESERVED = new Set(["owner", "lock", "token", "ttl", "value", "key", "name", "data", "record", "time", "hold"]);

/**
 * Imitates `DynamoDBDocument` for one table with the partition key `id`, as the documentation describes it:
 *
 * - Writes are atomic with their conditions. A condition that is not met rejects with `ConditionalCheckFailedException`.
 * - A read without `ConsistentRead` returns the item as it was before the last write.
 * - The TTL attribute is a number of seconds. Expired items stay readable, because they are deleted up to days later.
 * - Items have at most 400 KB and no undefined values. `lib-dynamodb` rejects those without `removeUndefinedValues`.
 * - A value that no expression uses, and a reserved word, are errors.
 */
export function fakeDynamo(TABLE: string) {
  const items = new Map<string, Attributes>();
  const previous = new Map<string, Attributes | undefined>();
  /** Rejects all operations if set. */
  let failure: Error | undefined;

  async function enter({ TableName }: Input): Promise<void> {
    await new Promise(setImmediate);
    if (failure) throw failure;
    if (TableName !== TABLE) throw named("ResourceNotFoundException", "Requested resource not found");
  }

  function write(id: string, item: Attributes | undefined, input: Input): void {
    const current = items.get(id);
    checkCondition(input, current);
    previous.set(id, current);
    if (item) items.set(id, item);
    else items.delete(id);
  }

  return {
    async get(input: Input) {
      await enter(input);
      const id = keyOf(input.Key);
      const item = input.ConsistentRead || !previous.has(id) ? items.get(id) : previous.get(id);
      // biome-ignore lint/suspicious/noExplicitAny: as the types of lib-dynamodb
      return structuredClone({ Item: item }) as { Item?: Record<string, any> };
    },
    async put(input: Input) {
      await enter(input);
      const item = marshall(input.Item);
      write(keyOf(item), item, input);
      return {};
    },
    async delete(input: Input) {
      await enter(input);
      write(keyOf(input.Key), undefined, input);
      return {};
    },
    items,
    fail(error: Error | undefined) {
      failure = error;
    },
  };
}

function keyOf(attributes: Attributes | undefined): string {
  const id = attributes?.id;
  if (typeof id !== "string" || id === "") throw invalid("The provided key element does not match the schema");
  return id;
}

function marshall(item: object | undefined): Attributes {
  const text = JSON.stringify(item, (key, value: unknown) => {
    if (value === undefined)
      throw new Error(`Pass options.removeUndefinedValues=true to remove undefined values: ${key}`);
    return value;
  });
  if (text.length > 400_000) throw invalid("Item size has exceeded the maximum allowed size");
  return JSON.parse(text);
}

function checkCondition({ ConditionExpression, ExpressionAttributeValues: values }: Input, item?: Attributes): void {
  if (ConditionExpression === undefined) {
    if (values) throw invalid("ExpressionAttributeValues can only be specified when using expressions");
    return;
  }
  for (const name of Object.keys(values ?? {})) {
    if (!ConditionExpression.includes(name))
      throw invalid(`Value provided in ExpressionAttributeValues unused: ${name}`);
  }
  const isMet = ConditionExpression.split(" OR ").some(term => holds(term, item, values));
  if (!isMet) throw named("ConditionalCheckFailedException", "The conditional request failed");
}

function holds(term: string, item: Attributes | undefined, values: Attributes | undefined): boolean {
  const absent = /^attribute_not_exists\((\w+)\)$/.exec(term)?.[1];
  if (absent !== undefined) return item?.[absent] === undefined;
  const [, path = "", operator, value = ""] = /^([\w.]+) ([=<]) (:\w+)$/.exec(term) ?? [];
  const names = path.split(".");
  const reserved = names.find(name => name === "" || RESERVED.has(name.toLowerCase()));
  if (reserved !== undefined) throw invalid(`Invalid ConditionExpression: ${term}`);
  if (!values || !(value in values)) throw invalid(`An expression attribute value used in expression is not defined`);
  const actual = names.reduce<unknown>((parent, name) => Object(parent)[name], item);
  const expected = values[value];
  // A comparison with a missing attribute, or of different types, is false.
  if (typeof actual !== typeof expected) return false;
  return operator === "=" ? actual === expected : Number(actual) < Number(expected);
}
