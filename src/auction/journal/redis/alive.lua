-- Keeps the last word of the owners of auctions. KEYS[1] the tag's hash; ARGV: auction, epoch, at and
-- left (1 or 0) in turn. A field is '<epoch> <at>', with ' left' behind it when the owner left.
-- Answers the auctions whose stored epoch is higher.
-- Numbers stay below 2^53, where Lua's are exact: epochs are few, times are epoch-ms.
local refused = {}
for i = 1, #ARGV, 4 do
  local auction, epoch, time = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  local left = ARGV[i + 3] == '1'
  local stored = redis.call('HGET', KEYS[1], auction)
  local stored_epoch, stored_at = 0, 0
  if stored then
    local e, a = string.match(stored, '^(%d+) (%-?%d+)')
    stored_epoch, stored_at = tonumber(e), tonumber(a)
  end
  if epoch < stored_epoch then
    refused[#refused + 1] = auction
  else
    if epoch == stored_epoch then
      if stored_at > time then time = stored_at end
      left = left or string.sub(stored, -5) == ' left'
    end
    local mark = string.format('%.0f %.0f', epoch, time)
    redis.call('HSET', KEYS[1], auction, left and mark .. ' left' or mark)
  end
end
return refused
