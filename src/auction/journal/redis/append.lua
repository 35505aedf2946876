-- Compare-and-append: puts a batch onto the log only where the log ends as its writer believes.
-- KEYS[1] log; ARGV: predecessor's id ('' for the founding batch), id, then the fields
-- p prev_head, h head, x nonce, s seqs, b body, o openings.
-- Answers 1 appended, 2 this very batch stands there already, 0 fenced.
local log, before, id = KEYS[1], ARGV[1], ARGV[2]
local p, h, x, s, b, o = ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8]

local function field(entry, name)
  for i = 1, #entry[2], 2 do
    if entry[2][i] == name then return entry[2][i + 1] end
  end
end

local last = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
if before == '' then
  if redis.call('EXISTS', log) == 0 then
    redis.call('XADD', log, id, 'p', p, 'h', h, 'x', x, 's', s, 'b', b, 'o', o)
    return 1
  end
elseif last and last[1] == before and field(last, 'h') == p then
  redis.call('XADD', log, 'NOMKSTREAM', id, 'p', p, 'h', h, 'x', x, 's', s, 'b', b, 'o', o)
  return 1
end

local same = redis.call('XRANGE', log, id, id)[1]
if last and same and field(same, 'x') == x then
  -- Changes nothing, but is a write: the answer now follows an fsync also where Redis was
  -- killed between writing this batch and syncing it.
  redis.call('XSETID', log, last[1])
  return 2
end
return 0
