import { setTimeout } from "node:timers/promises";
import type { TokenSet, TokenStore } from "@qbench-sdk/auth";

/** The part of `DynamoDBDocument` of @aws-sdk/lib-dynamodb that the store needs. */
interface Dynamo {
  get(
    input: { TableName: string } & Key & { ConsistentRead: true },
  ): Promise<{ Item?: { tokens?: TokenSet } | undefined }>;
  put(input: { TableName: string; Item: object } & Condition): Promise<unknown>;
  delete(input: { TableName: string } & Key & Condition): Promise<unknown>;
}
type Key = { Key: { id: string } };
type Condition = { ConditionExpression?: string; ExpressionAttributeValues?: Record<string, unknown> };

/** Keeps tokens in a DynamoDB table with the partition key `id` and the TTL attribute `expires`. */
export function dynamoTokenStore(db: Dynamo, TableName: string): TokenStore {
  const read = async (id: string) => (await db.get({ TableName, Key: { id }, ConsistentRead: true })).Item?.tokens;
  return {
    get: read,
    async set(id, tokens) {
      const expires = toSeconds(Math.max(tokens.expiresAt, tokens.refreshExpiresAt ?? 0));
      await db.put({ TableName, Item: { id, tokens, expires } });
    },
    async delete(id, token) {
      const held = token ?? (await read(id))?.accessToken;
      return isMet(db.delete({ TableName, Key: { id }, ...when("tokens.accessToken = :x", held ?? "") }));
    },
    async lock(key, run, { signal }) {
      const [id, holder] = [`${key} lock`, crypto.randomUUID()];
      const isFree = () => when("attribute_not_exists(id) OR expires < :x", toSeconds(Date.now()));
      const put = () => db.put({ TableName, Item: { id, holder, expires: toSeconds(Date.now()) + 30 }, ...isFree() });
      while (!(await isMet(put()))) await setTimeout(100, undefined, { signal });
      return run().finally(() => isMet(db.delete({ TableName, Key: { id }, ...when("holder = :x", holder) })));
    },
  };
}

const toSeconds = (ms: number): number => Math.ceil(ms / 1000);
const when = (ConditionExpression: string, x: unknown) => ({
  ConditionExpression,
  ExpressionAttributeValues: { ":x": x },
});

/** Returns false if the condition of a write was not met. */
const isMet = (write: Promise<unknown>): Promise<boolean> =>
  write.then(() => true).catch(error => error.name !== "ConditionalCheckFailedException" && Promise.reject(error));
