// Lua scripts, for steps that must be atomic. Each returns 1 if it did its work and 0 if not, unless noted otherwise.

/**
 * Acquires the lock. Returns the holder's fencing number, or 0 if the lock is taken. Numbers start at the time in µs,
 * so that a Redis that lost its data does not return a number twice.
 *
 * KEYS lock, fence. ARGV time to live in ms.
 */
export const acquireLock = `
if redis.call("EXISTS", KEYS[1]) == 1 then return 0 end
if redis.call("EXISTS", KEYS[2]) == 0 then
  local time = redis.call("TIME")
  redis.call("SET", KEYS[2], time[1] .. string.format("%06d", time[2]))
end
local fence = redis.call("INCR", KEYS[2])
redis.call("PEXPIRE", KEYS[2], 2592000000)
redis.call("SET", KEYS[1], fence, "PX", ARGV[1])
return fence`;

/** Extends the lock. KEYS lock. ARGV fencing number of the holder, time to live in ms. */
export const extendLock = `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call("PEXPIRE", KEYS[1], ARGV[2])`;

/** Releases the lock. KEYS lock. ARGV fencing number of the holder. */
export const releaseLock = `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call("DEL", KEYS[1])`;

/**
 * Writes the record. Returns -1 if the lock is lost.
 *
 * KEYS record, fence. ARGV fencing number or "" without a lock, record, when it expires in epoch ms.
 */
export const writeRecord = `
if ARGV[1] ~= "" and redis.call("GET", KEYS[2]) ~= ARGV[1] then return -1 end
redis.call("SET", KEYS[1], ARGV[2], "PXAT", ARGV[3])
return 1`;

/**
 * Deletes the record. Returns -1 if the lock is lost.
 *
 * KEYS record, fence. ARGV fencing number or "" without a lock, optionally the access token that the record must hold.
 */
export const deleteRecord = `
if ARGV[1] ~= "" and redis.call("GET", KEYS[2]) ~= ARGV[1] then return -1 end
local text = redis.call("GET", KEYS[1])
if not text then return 0 end
if ARGV[2] then
  local isJson, record = pcall(cjson.decode, text)
  if not isJson or type(record) ~= "table" or record.accessToken ~= ARGV[2] then return 0 end
end
return redis.call("DEL", KEYS[1])`;
