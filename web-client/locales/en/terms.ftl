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
terms-wins-lowest = The lowest value is the best offer.
terms-wins-points = The offer with the most points is the best: { $criteria }.
terms-ties-earliest = Of two equal offers the earlier one is better.
terms-ties-equal-rank = Equal offers share a position.
terms-confirm = A change above { $percent } must be confirmed by typing the value once more.
terms-refuse = A change above { $percent } at once is not allowed.
terms-gap = Wait { $length } between attempts.
terms-attempts = At most { $count } attempts.
terms-conduct = A bid cannot be withdrawn. The server's clock decides all deadlines.
