export { TokenStoreError } from "./errors.js";
export type { Limiter, Place, Refusal } from "./limiter.js";
export type { IoRedisClient, RedisClient } from "./redis-commands.js";
export { type RedisLimiterOptions, redisLimiter } from "./redis-limiter.js";
export { type RedisTokenStoreOptions, redisTokenStore } from "./redis-token-store.js";
