# The officer's cockpit.
column-presence = Connection
column-attempts = Bids
column-changed = Last change
column-acts = Acts
bidders-none = No bidder has been admitted yet.
alias-none = no number yet
attempts-count = { $accepted } of { $all }
mark-excluded = excluded
mark-low = abnormally low?
mark-terms = terms not accepted
presence-away = away
presence-here = { $count ->
    [one] { $count } connection
    [few] { $count } connections
   *[other] { $count } connections
  }
presence-clock = clock { $seconds } s
observers = { $count ->
    [one] { $count } observer
   *[other] { $count } observers
  }
head = Head of the log after entry { $seq }:

act-announce = Announce
act-pause = Pause
act-resume = Resume
act-cancel = Cancel the auction
act-annul = Annul
act-exclude = Exclude
act-announce-title = Announcement to everyone
act-announce-about = Bidders and observers see the text at once. It goes into the log.
act-announce-submit = Announce
act-pause-title = Pause the auction?
act-pause-about = The clock stops, and bids are refused until it resumes.
act-pause-submit = Pause the auction
act-resume-title = Resume the auction?
act-resume-about = Everyone sees at once when the clock will run again.
act-resume-submit = Resume the auction
act-cancel-title = Cancel the auction?
act-cancel-about = The auction ends without a result. This cannot be undone.
act-cancel-submit = Cancel the auction
act-annul-title = Annul the bid of bidder { $alias }?
act-annul-about = You annul { $offer }. The bidder's bid before it stands again, and the order is recalculated. This cannot be undone.
act-annul-submit = Annul { $offer }
act-exclude-title = Exclude bidder { $alias }?
act-exclude-about = The bidder loses its position and can bid no more. This cannot be undone.
act-exclude-submit = Exclude bidder { $alias }
act-text = Text of the announcement
act-reason = Reason
act-reason-hint = It goes into the log and the auction's record.
act-reason-missing = Enter a text.
act-notice = In how many seconds
act-notice-least = At least { $seconds } s.

act-answer = Answer
act-answer-title = Answer to everyone
act-answer-about = All bidders will see the question and the answer. They go into the log.
act-answer-submit = Publish the answer
act-answer-text = Answer
act-asked = The question as everyone will see it
act-asked-hint = Remove what gives away who asked.
open-questions = Questions without an answer
read-only = View only

column-lot = Lot
column-state = State
column-left = Left
column-course = Course
connected-of = { $here } of { $all }
mark-alarm = alarm

history = history
history-of = Bidder { $alias }
history-empty = No attempts yet.
own-written-offer-of = Written offer

savings-title = Savings
savings-best = Leading offer: { $name }
savings-estimate = Below the estimate of { $estimate }
savings-opening = Below the best written offer of { $opening }
savings-own = Better than the written offer by
savings-gross = The estimate is net, the offers are gross.
