# The bidder's room and the observer's view.
own-position = Your position
own-offer = Your offer
own-written-offer = Your written offer
own-points = Your points
best-offer = Best offer
gap = Gap to the best
own-leading = Your offer is the best.
own-unbeaten = No offer is better.
own-overtaken = Your offer was overtaken.
own-behind = Another offer leads.
own-none = You have no offer yet.
own-not-ranked = Positions will be known after the opening.
own-excluded = You were excluded from this auction.
no-best = –
participants = { $count ->
    [one] { $count } bidder takes part.
   *[other] { $count } bidders take part.
  }
observer-note = You are watching. The bidders' names will be known after the close.

bid-title = Place a bid
bid-before-opening = The terms are accepted. You will bid here once the auction opens.
practice-offer = Check your connection and try a practice auction
bid-between = The next phase has not begun yet.
bid-stopped = The clock is stopped. You can bid once it resumes.
bid-no-link = Wait for the connection. What you type stays in the form.
bid-submit = Place bid { $offer }
bid-submit-empty = Place bid
bid-accepted = Bid { $offer } accepted.
bid-refused = Refused.
tax-net = net
tax-gross = gross
limit-lowest = You may enter at most
limit-highest = You may enter at least
limit-none = No better value is possible.
preview-change = Change of { $percent }
preview-change-of = { $name }: change of { $percent }
preview-confirm = A large change: you will type it once more before it is sent.

confirm-title = Confirm a large change
confirm-from = Present value
confirm-to = New value
confirm-change = Change
confirm-field = Type it once more: { $name }
confirm-wrong = That is not { $offer }. Type the same value, or go back and correct it.
confirm-submit = I confirm { $offer }

attempts-empty = You have no bids yet.
attempts-all = Show all ({ $count })
attempt-n = no. { $n }
attempt-accept-terms = Terms accepted
receipt = Receipt

result-title = The auction is over
result-cancelled = The auction was cancelled
result-best = Best offer
result-nobody = Nobody made an offer.
result-tied = Equal offers share the first place. The buyer will call for additional offers.
result-seat = Seat
result-tax-id = Tax number
result-values = Offer
result-points = Points
result-own = Your final position: { $position }.
result-own-won = Your offer is the best. Final position: { $position }.
result-standings = Order of the offers
you = (you)
log-later = The auction's log will be published when it is sealed, in a few seconds.
log-link = Download the auction's log
log-verify = Anyone can check the log and the receipts on their own machine, offline. The key's fingerprint is in the invitation.
log-command = ebok verify { $file } --key FINGERPRINT --receipt RECEIPT
column-position = Position
column-bidder = Bidder
column-offer = Offer
column-points = Points

step-one = one step
step-two = two steps
bid-submit-lot = { $act } – { $lot }
attempts-so-far = { $count ->
    [0] none yet
    [one] { $count } attempt
   *[other] { $count } attempts
  }
attempt-question = Question: { $text }
receipts-all = { $count ->
    [one] Save the receipt
   *[other] Save all receipts ({ $count })
  }

questions = Questions ({ $count })
questions-title = Technical questions
questions-about = Only the officer sees the question. The answer goes to everyone with the question’s text, without your name.
questions-own = Your questions
questions-answers = Answers to everyone
question-answered = Answered below.
question-waits = Waiting for an answer.
question-field = Your question
question-missing = Type the question.
question-submit = Send the question
question-sent = Sent. Its receipt stands among your bids.

result-cancelled-about = The auction ended without a result.
evidence = Evidence and how to check it
keys-link = Save the keys

refused-limit = The limit is { $limit }.
refused-not-an-improvement = This is not a better offer.
refused-below-minimum-step = The change is below the minimum step.
refused-equal-to-own = This is your present offer.
refused-needs-confirmation = The change from { $from } to { $to } (about { $change }) needs a confirmation: type the value once more.
refused-above-hard-limit = The change from { $from } to { $to } (about { $change }) is larger than the terms allow at once.
refused-off-the-tick = The value must be a multiple of { $tick }.
refused-out-of-range = The value must lie between { $least } and { $most }.
refused-min-gap = Wait { $length } between bids.

tax-reverse-charge = as invoiced
held = Entered { $offer }
held-counts = counts at the end of the turn
withdraw = Withdraw
bid-submit-sealed = Place the sealed value { $offer }
bid-submit-empty-sealed = Place the sealed value
sealed = Placed and sealed.
sealed-until = Placed, sealed until { $time }.
sealed-about = Until then nobody sees it. Each bidder has one value.
barred = You take no part in this phase.
barred-tie-break = The tie-break does not include your offer.
barred-descending-clock = You are out of this clock.
barred-stands = Your offer remains valid and counts in the result.
clock-over = The clock has stopped. The phase is about to end.
level-left = the level stands for { $time }
level-stay = I stay at { $level }
level-take = I accept { $level }
level-stayed = You stay at { $level }.
leave-clock = I leave
leave-title = Leave the clock?
leave-about = You cannot come back to the clock. Your offer will remain { $offer }. This cannot be undone.
leave-about-nothing = You cannot come back to the clock and will have no offer. This cannot be undone.
answer-bid-held = Entered { $offer }.
answer-bid-sealed = Sealed { $offer }.
answer-level-taken = You took the level { $level }.
answer-withdraw = The entry is withdrawn. The offer before it stands.
answer-leave-clock = You left the clock.
attempt-level = Level { $level }
attempt-place-sealed = Sealed value
attempt-withdraw = Withdrawal of the entry
attempt-leave = Left the clock
refused-level-passed = No level can be accepted any more.
refused-level-passed-to = Another level stands now: { $level }.
refused-sealed = Not sealed: { $reason }.
refused-sum-differs = Unit prices times quantities make { $sum }. The total in the offer is another.
