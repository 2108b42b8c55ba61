// Lua scripts, for steps that must be atomic. They use Redis's clock, so the clocks of the processes do not matter.
// In the sorted sets, the score is the time in epoch ms until which a member counts, unless noted otherwise.

/**
 * Acquires a slot, or returns how long to wait for one: 0 if the slot was acquired, n if none is free for n ms, -1 if
 * none is free before another request ends.
 *
 * Free slots go to the waiting limiters in the order in which they started to wait. A served limiter goes to the end.
 *
 * KEYS requests, slots, waiting (score: when the wait began), heartbeats, paused, penalty.
 * ARGV slot, limiter, requests, window in ms, concurrent, lease in ms.
 */
export const acquireSlot = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", now)
redis.call("ZREMRANGEBYSCORE", KEYS[2], "-inf", now)
for _, silent in ipairs(redis.call("ZRANGE", KEYS[4], "-inf", now, "BYSCORE")) do
  redis.call("ZREM", KEYS[3], silent)
  redis.call("ZREM", KEYS[4], silent)
end
redis.call("ZADD", KEYS[3], "NX", now, ARGV[2])
local rank = redis.call("ZRANK", KEYS[3], ARGV[2])
local lease, window = tonumber(ARGV[6]), tonumber(ARGV[4])
local wait = math.max(redis.call("PTTL", KEYS[5]), 0)
if wait == 0 then
  local penalty = tonumber(redis.call("GET", KEYS[6]) or 0)
  local freeSlots = math.max(ARGV[5] - penalty, 1) - redis.call("ZCARD", KEYS[2])
  local freeRequests = ARGV[3] - redis.call("ZCARD", KEYS[1])
  if rank >= freeSlots then
    wait = -1
  elseif rank >= freeRequests then
    local expiring = redis.call("ZRANGE", KEYS[1], rank - freeRequests, rank - freeRequests, "WITHSCORES")
    wait = expiring[2] and math.ceil(expiring[2] - now) or -1
  end
end
if wait == 0 then
  redis.call("ZREM", KEYS[3], ARGV[2])
  redis.call("ZREM", KEYS[4], ARGV[2])
  redis.call("ZADD", KEYS[1], now + lease + window, ARGV[1])
  redis.call("ZADD", KEYS[2], now + lease, ARGV[1])
  redis.call("PEXPIRE", KEYS[1], lease + window)
  redis.call("PEXPIRE", KEYS[2], lease + window)
else
  redis.call("ZADD", KEYS[4], now + 2000, ARGV[2])
  redis.call("PEXPIRE", KEYS[3], 2000)
  redis.call("PEXPIRE", KEYS[4], 2000)
end
return wait`;

/**
 * Sets until when slots count.
 *
 * KEYS requests or slots. ARGV lifetime of the key in ms, how long the slots count from now on in ms, slots.
 */
export const setExpiry = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 3, #ARGV do redis.call("ZADD", KEYS[1], now + ARGV[2], ARGV[i]) end
return redis.call("PEXPIRE", KEYS[1], ARGV[1])`;

/** Removes members from sorted sets. KEYS the sets. ARGV the members, which are removed from each set. */
export const remove = `
for _, key in ipairs(KEYS) do redis.call("ZREM", key, unpack(ARGV)) end
return 0`;

/** Pauses all limiters, unless they are paused for longer already. KEYS paused. ARGV duration in ms. */
export const pause = `
if redis.call("PTTL", KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call("SET", KEYS[1], 1, "PX", ARGV[1])
return 1`;

/** Lowers the number of concurrent slots by one more, for a time. KEYS penalty. ARGV maximum, duration in ms. */
export const penalize = `
if redis.call("INCR", KEYS[1]) > tonumber(ARGV[1]) then redis.call("SET", KEYS[1], ARGV[1]) end
return redis.call("PEXPIRE", KEYS[1], ARGV[2])`;
