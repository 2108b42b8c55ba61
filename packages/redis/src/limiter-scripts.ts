// What has to happen in one step, in Redis's own language, by Redis's own clock. In the sorted sets the score is the time in
// epoch ms until which something counts.

/**
 * A place for a call, or how long to wait for one: 0 it is there, n not before n ms, -1 not before another call has ended.
 *
 * Free places go to the limiters in the order in which they came to wait, each of which then stands at the end again.
 *
 * KEYS calls, leases, waiting (score: since when), seen, paused, lent.
 * ARGV place, limiter, requests, window in ms, concurrent, lease in ms.
 */
export const enter = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", now)
redis.call("ZREMRANGEBYSCORE", KEYS[2], "-inf", now)
for _, gone in ipairs(redis.call("ZRANGE", KEYS[4], "-inf", now, "BYSCORE")) do
  redis.call("ZREM", KEYS[3], gone)
  redis.call("ZREM", KEYS[4], gone)
end
redis.call("ZADD", KEYS[3], "NX", now, ARGV[2])
local before = redis.call("ZRANK", KEYS[3], ARGV[2])
local lease, window = tonumber(ARGV[6]), tonumber(ARGV[4])
local wait = math.max(redis.call("PTTL", KEYS[5]), 0)
if wait == 0 then
  local lent = tonumber(redis.call("GET", KEYS[6]) or 0)
  local places = math.max(ARGV[5] - lent, 1) - redis.call("ZCARD", KEYS[2])
  local calls = ARGV[3] - redis.call("ZCARD", KEYS[1])
  if before >= places then
    wait = -1
  elseif before >= calls then
    local leaving = redis.call("ZRANGE", KEYS[1], before - calls, before - calls, "WITHSCORES")
    wait = leaving[2] and math.ceil(leaving[2] - now) or -1
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

/** KEYS calls or leases. ARGV life of the key in ms, how long they count from now in ms, then places. */
export const count = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 3, #ARGV do redis.call("ZADD", KEYS[1], now + ARGV[2], ARGV[i]) end
return redis.call("PEXPIRE", KEYS[1], ARGV[1])`;

/** KEYS any of the sorted sets. ARGV what is taken out of each of them. */
export const remove = `
for _, key in ipairs(KEYS) do redis.call("ZREM", key, unpack(ARGV)) end
return 0`;

/** KEYS paused. ARGV for how long, in ms. */
export const pause = `
if redis.call("PTTL", KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call("SET", KEYS[1], 1, "PX", ARGV[1])
return 1`;

/** One place fewer for a time. KEYS lent. ARGV how many at most, for how long in ms. */
export const lend = `
if redis.call("INCR", KEYS[1]) > tonumber(ARGV[1]) then redis.call("SET", KEYS[1], ARGV[1]) end
return redis.call("PEXPIRE", KEYS[1], ARGV[2])`;
