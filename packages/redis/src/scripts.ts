// What has to happen in one step, in Redis's own language. Each answers 1 when it was done and 0 when not.

/**
 * KEYS lock, fence. ARGV time to live in ms. Answers the fence of the new holder, 0 while there is another. Fences begin at
 * the time in µs, so that a Redis that has come back empty gives none that it gave before.
 */
export const acquire = `
if redis.call("EXISTS", KEYS[1]) == 1 then return 0 end
if redis.call("EXISTS", KEYS[2]) == 0 then
  local time = redis.call("TIME")
  redis.call("SET", KEYS[2], time[1] .. string.format("%06d", time[2]))
end
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

/** KEYS record, fence. ARGV the writer's fence or "" outside of a lock, record, its end in epoch ms. -1: the lock is lost. */
export const write = `
if ARGV[1] ~= "" and redis.call("GET", KEYS[2]) ~= ARGV[1] then return -1 end
redis.call("SET", KEYS[1], ARGV[2], "PXAT", ARGV[3])
return 1`;

/** KEYS record, fence. ARGV the taker's fence or "", perhaps the access token that it must hold. -1: the lock is lost. */
export const take = `
if ARGV[1] ~= "" and redis.call("GET", KEYS[2]) ~= ARGV[1] then return -1 end
local text = redis.call("GET", KEYS[1])
if not text then return 0 end
if ARGV[2] then
  local isJson, record = pcall(cjson.decode, text)
  if not isJson or type(record) ~= "table" or record.accessToken ~= ARGV[2] then return 0 end
end
return redis.call("DEL", KEYS[1])`;
