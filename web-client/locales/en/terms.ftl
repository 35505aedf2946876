# The terms of an auction in plain words.
terms-title = Terms of the auction
terms-open = Terms
terms-step-title = Before you begin: the terms
terms-accept = I accept the terms
terms-hash = Hash of the full terms (SHA-256):
terms-tax-net = {" "}net
terms-tax-gross = {" "}gross
terms-value-lowest = { $name }{ $tax } ({ $unit }): less is better, from { $least } to { $most }.
terms-value-highest = { $name }{ $tax } ({ $unit }): more is better, from { $least } to { $most }.
terms-opening-written-offer = You start from the values of your written offer.
terms-opening-first-bid-free = The first bid may have any value that is allowed.
terms-step-from-own = { $name }: the least step from your own last value is { $step }.
terms-step-from-leader = { $name }: the least step from the best offer is { $step }.
terms-band = from { $from }: { $step }
terms-tick = { $name }: only multiples of { $tick }.
terms-phase-only = The auction
terms-phase-named = Phase { $phase }
terms-pause = { $phase }: a pause of { $length } comes before it.
terms-close-set-time = { $phase } lasts { $length }.
terms-close-idle = { $phase } ends when nobody bids for { $idle }.
terms-close-not-before = Not before { $length } from its start.
terms-close-latest = At the latest { $length } from its start.
terms-no-extension = The end is not extended.
terms-extension-from-bid = { $trigger } in the last { $window } sets the clock to { $length }.
terms-extension-added = { $trigger } in the last { $window } moves the end by { $length }.
terms-trigger-any-bid = Any bid
terms-trigger-beats-another = A bid better than another bidder's offer
terms-trigger-changes-rank = A bid that changes a position (places 1–{ $rank })
terms-extension-count = { $count ->
    [one] At most one extension.
    [few] At most { $count } extensions.
   *[other] At most { $count } extensions.
  }
terms-extension-end = Never longer than { $length } from its start.
terms-wins-lowest-price = The lowest value is the best offer.
terms-wins-points = The offer with the most points is the best: { $criteria }.
terms-ties-earliest = Of two equal offers the earlier one is better.
terms-ties-equal-rank = Equal offers share a position.
terms-confirm = A change above { $percent } must be confirmed by typing the value once more.
terms-refuse = A change above { $percent } at once is not allowed.
terms-gap = Wait { $length } between attempts.
terms-attempts = At most { $count } attempts.
terms-conduct = A bid cannot be withdrawn. The server's clock decides all deadlines.

terms-conduct-turns = The server's clock decides all deadlines.
terms-tax-reverse-charge = {" "}as invoiced
terms-reverse-charge = { $name }: enter it as it will be invoiced. For comparison only, the VAT that the buyer will owe is added; its rate is in the written offer.
terms-random-tail = Then a time drawn from 0 to { $length } is added. Nobody knows it before the end.
terms-turns = { $phase }: the bidders bid one after another, the worst offer first. Each has { $slot } and can change or withdraw the entry in that time. What stands at the end of the turn counts.
terms-sealed-bid = { $phase }: for { $length } each can place one sealed value. All are opened at the end.
terms-tie-break = { $phase } is a tie-break: { $length }, only if the first place is shared. It comes again when bids lead to a tie again.
terms-descending-clock = { $phase }: a descending clock from { $start } by { $step } to { $end }, each level stands { $interval }. Who does not stay at a level is out with the value of the one before. The last one in wins.
terms-ascending-clock = { $phase }: an ascending clock from { $start } by { $step } to { $end }, each level stands { $interval }. The first to accept a level wins.
terms-admission-who-bid = { $phase } is only for those who bid in the phase before. The other offers stand.
terms-admission-first = { $phase } is only for the offers in the first place. The other offers stand.
terms-admission-top = { $phase } is only for places 1–{ $rank }. The other offers stand.
terms-admission-within = { $phase } is for offers at most { $percent } worse than the best, and for at least the { $least } best. The other offers stand.
terms-wins-discount = The highest discount is the best offer.
terms-wins-normalised-price = The lowest normalised price is the best offer: the price divided by a coefficient for features of the written offer ({ $features }).
terms-wins-life-cycle-cost = The lowest life-cycle cost is the best offer: the price and the costs of the written offer ({ $costs }).
terms-wins-mixed = The lowest compared price is the best offer: the price divided by “{ $denominator }”, plus “{ $addition }” of the written offer.
terms-wins-net-present-value = The highest net present value of the savings left to the buyer is the best offer, at a rate of { $rate } a year.
terms-worth-step = A bid raises your net present value by at least { $step }. The contract lasts at most { $years } years.
terms-items = Unit prices times quantities must add up to “{ $total }”: { $items }.
terms-ties-statutory = Of equal offers the one with more points in the heaviest criterion is better, then the one with the lower price. What is still equal shares a position.
