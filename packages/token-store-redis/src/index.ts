export { TokenStoreError } from "./errors.js";
export type { IoRedisClient, RedisClient } from "./redis-commands.js";
export { type RedisTokenStoreOptions, redisTokenStore } from "./redis-token-store.js";
