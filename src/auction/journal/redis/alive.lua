-- Marks auctions alive. KEYS[1] the tag's hash; ARGV: at, then auction and epoch in turn.
-- A field is '<epoch> <at>'. Answers the auctions whose stored epoch is higher.
-- Numbers stay below 2^53, where Lua's are exact: epochs are few, times are epoch-ms.
local at, refused = tonumber(ARGV[1]), {}
for i = 2, #ARGV, 2 do
  local auction, epoch, time = ARGV[i], tonumber(ARGV[i + 1]), at
  local stored = redis.call('HGET', KEYS[1], auction)
  local stored_epoch, stored_at = 0, 0
  if stored then
    local e, a = string.match(stored, '^(%d+) (%-?%d+)$')
    stored_epoch, stored_at = tonumber(e), tonumber(a)
  end
  if epoch < stored_epoch then
    refused[#refused + 1] = auction
  else
    if epoch == stored_epoch and stored_at > time then time = stored_at end
    redis.call('HSET', KEYS[1], auction, string.format('%.0f %.0f', epoch, time))
  end
end
return refused
