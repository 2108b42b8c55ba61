export { QBenchInputError } from "@qbench-sdk/auth/internal";
export type { IoRedisClient, RedisClient } from "./redis-commands.js";
export { QBenchRedisError } from "./redis-error.js";
export { type RedisLimiterOptions, redisLimiter } from "./redis-limiter.js";
export { type RedisTokenStoreOptions, redisTokenStore } from "./redis-token-store.js";
