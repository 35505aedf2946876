-- Puts messages at the end of an inbox, all or none.
-- KEYS[1] inbox; ARGV[1] how many it holds at most, then the messages.
-- Answers their ids, or nothing when the inbox is full.
local inbox, most = KEYS[1], tonumber(ARGV[1])
if redis.call('XLEN', inbox) >= most then return false end
local ids = {}
for i = 2, #ARGV do
  ids[i - 1] = redis.call('XADD', inbox, '*', 'm', ARGV[i])
end
return ids
