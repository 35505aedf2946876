# The live page of an auction: what is shared. Numbers, amounts and dates arrive as finished strings.
link-connecting = connecting…
link-connected = connected · { $milliseconds } ms · clock { $seconds } s
link-silent = the server does not answer
link-reconnecting = reconnecting, attempt { $attempt }
link-ended = disconnected
link-short-connecting = connecting…
link-short-connected = connected
link-short-silent = no link
link-short-reconnecting = reconnecting
link-short-ended = disconnected

link-lost-band = No connection to the server. Reconnecting.
link-ended-protocol = The server ended the connection. Reload the page.
logged-out = Your session has ended. Log in again to return to the auction.
log-in = Log in
joining = Joining the auction…
to-auctions = Back to the auctions

title-no-link = no connection

state-published = not open yet
state-between = between phases
state-open = open
state-paused = paused
state-interrupted = interrupted
state-closed = closed
state-cancelled = cancelled
state-sealed = closed

until-opening = until it opens
until-unscheduled = the opening is not scheduled yet
until-phase = until phase { $phase } starts
until-close = until it closes
until-phase-end = until phase { $phase } ends
until-resuming = until it resumes
until-nothing = the clock is stopped
no-time = –:––
deciding = time is up, the server is deciding
days-left = { $days ->
    [one] { $days } day { $clock }
   *[other] { $days } days { $clock }
  }
ended-at = ended { $time }
phase-of = phase { $phase } of { $of }
extended-times = { $count ->
    [one] extended once
   *[other] extended { $count } times
  }

extended-to = Extended to { $time }
announcement = Announcement at { $time }: { $text }
paused-band = The officer has paused the auction. The clock is stopped.
interrupted-band = A failure interrupted the auction. The clock is stopped until the officer decides.
resumes-at = It resumes at { $time }.
reason = Reason: { $reason }
weak-durability = Warning: acknowledged bids may be lost in a failure.
delayed = What you see is { $time } behind.

position-of = { $position } of { $participants }
position-alone = No. { $position }
say-position = Your position: { $position }.
say-over = The auction is over.
points = { $points } points
percent = { $percent }%
milliseconds = { $count } ms
alias = Bidder { $alias }
somebody = A bidder

tabs = Parts of the page
tab-offer = Offer
tab-auction = Auction
tab-feed = Events
tab-attempts = My bids
tab-bidders = Bidders
tab-result = Result
feed-empty = Nothing has happened yet.
close = Close
back = Back
sending = Sending…
accepted = accepted
refused = refused

unsent = Not sent, trying again. It will count once.
unsent-short = Not sent, trying again
unsent-band = { $count ->
    [one] Not sent, trying again ({ $count } command waits).
   *[other] Not sent, trying again ({ $count } commands wait).
  }
link-again-in = Attempt { $attempt } in { $seconds } s.
link-again-now = Attempt { $attempt }…

lots-of-tender = Lots of the tender
lot = lot { $number }
lot-overtaken = overtaken
lot-keys = Alt + Page Down and Alt + Page Up switch lots.
title-turn = your turn: { $lot }
title-overtaken = overtaken: { $lot }
sounds-on = Sounds: on
sounds-off = Sounds: off

chart-title = Offers over time
chart-of = Chart: { $name }
chart-empty = The chart appears with the first offer.
chart-value = Value in the chart
chart-as-table = Table
line-best = best
line-own = yours
column-time = Time
column-line = Offer

kind-open = open
kind-turns = in turns
kind-sealed-bid = sealed values
kind-descending-clock = descending clock
kind-ascending-clock = ascending clock
kind-tie-break = tie-break
kind-title-sealed-bid = Sealed values
kind-title-descending-clock = Descending clock
kind-title-ascending-clock = Ascending clock
kind-title-tie-break = Tie-break
until-turn-end = to the end of the turn
until-level-end = to the end of the level
until-unsealing = to the opening of the values
until-tie-break-end = to the end of the tie-break
until-random = closes at a random moment between { $from } and { $to }
any-moment = may close at any moment
any-moment-short = any moment
until-random-short = random, { $to } at the latest
turn-yours = Your turn
turn-own = Your turn ({ $turn } of { $of })
turn-of = Turn: { $who } ({ $turn } of { $of })
level-now = Level: { $level }
remaining = still in: { $count }
sealed-unknown = The values will be known once opened
tie-break-band = Tie-break after a tie for the first place.
tie-break-until = Additional time until { $time }.
say-turn = It is your turn.
sealed-value = sealed value
compared-as = { $name }: { $number }
compared-lowest-price = price with the buyer's VAT
compared-normalised-price = normalised price
compared-life-cycle-cost = life-cycle cost
compared-mixed = compared price
compared-net-present-value = net present value
