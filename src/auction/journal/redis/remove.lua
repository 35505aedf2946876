-- Removes a log that ends here, with all that its owner said; another stays as it is.
-- KEYS: log, the tag's hash of marks, inbox, word; ARGV: id and head of the last batch, auction.
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if not last or last[1] ~= ARGV[1] then return 0 end
for i = 1, #last[2], 2 do
  if last[2][i] == 'h' and last[2][i + 1] ~= ARGV[2] then return 0 end
end
redis.call('DEL', KEYS[1], KEYS[3], KEYS[4])
redis.call('HDEL', KEYS[2], ARGV[3])
return 1
