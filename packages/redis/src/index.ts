export { QBenchRedisError } from "./errors.js";
export type { IoRedisClient, RedisClient } from "./redis-commands.js";
export { type RedisLimiterOptions, redisLimiter } from "./redis-limiter.js";
export { type RedisTokenStoreOptions, redisTokenStore } from "./redis-token-store.js";
