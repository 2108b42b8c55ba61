// What has to happen in one step, in Redis's own language. Each answers 1 when it was done and 0 when not.

/** KEYS lock, fence. ARGV time to live in ms. Answers the fence of the new holder, 0 while there is another. */
export const acquire = `
if redis.call("EXISTS", KEYS[1]) == 1 then return 0 end
local fence = redis.call("INCR", KEYS[2])
redis.call("PEXPIRE", KEYS[2], 2592000000)
redis.call("SET", KEYS[1], fence, "PX", ARGV[1])
return fence`;

/** KEYS lock. ARGV fence, time to live in ms. */
export const extend = `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call("PEXPIRE", KEYS[1], ARGV[2])`;

/** KEYS lock. ARGV fence. */
export const release = `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call("DEL", KEYS[1])`;

/** KEYS record, fence. ARGV record, its end in epoch ms, the writer's fence or "" outside of a lock. */
export const write = `
if ARGV[3] ~= "" and redis.call("GET", KEYS[2]) ~= ARGV[3] then return 0 end
redis.call("SET", KEYS[1], ARGV[1], "PXAT", ARGV[2])
return 1`;

/** KEYS record. ARGV the access token that it must hold, or "" for any. */
export const take = `
local record = redis.call("GET", KEYS[1])
if not record then return 0 end
if ARGV[1] ~= "" and cjson.decode(record).accessToken ~= ARGV[1] then return 0 end
return redis.call("DEL", KEYS[1])`;
