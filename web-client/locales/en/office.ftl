# The office at work: queue, letters, cases. Figures and dates come as finished strings.
queue = Queue
queue-no-position = You hold no position today, so nothing comes to you. The head of the department gives positions.
queue-stands-in = { $position } (standing in)
queue-empty = Nothing waits.
queue-late = { $count ->
    [one] { $count } deadline has passed.
   *[other] { $count } deadlines have passed.
  }
queue-urgent = { $count ->
    [one] { $count } urgent matter of the department
   *[other] { $count } urgent matters of the department
  }
queue-urgent-about = The deadline has passed, or passes within three working days.
queue-not-taken-up = Nobody has opened a case.
queue-handled-by = Handled by: { $position }
queue-handled-by-nobody = Handled by: { $position } (vacant)
queue-approve = { $count ->
    [one] { $count } reply to approve
   *[other] { $count } replies to approve
  }
queue-returned = { $count ->
    [one] { $count } reply to correct
   *[other] { $count } replies to correct
  }
queue-letters = { $count ->
    [one] { $count } new letter
   *[other] { $count } new letters
  }
queue-stray = { $count ->
    [one] { $count } letter to a department in which nobody takes letters
   *[other] { $count } letters to departments in which nobody takes letters
  }
queue-stray-about = They have no such position, or it is vacant and nobody stands in. Hand the letter to another department, or open a case in the chancellery.
queue-opinions = { $count ->
    [one] { $count } opinion to give
   *[other] { $count } opinions to give
  }
queue-cases = { $count ->
    [one] { $count } case to handle
   *[other] { $count } cases to handle
  }
deadline-late = late: { $day }
deadline-soon = by { $day }
deadline-calm = by { $day }
cases = Cases
cases-search = Search by sign, title, name or number of a letter
cases-search-do = Search
cases-none = None of the cases that you may read fits.
cases-own = My cases
cases-own-about = A letter becomes a case when the office opens one and gives it a sign. Here you see what happens in it, and by when the office has to answer.
cases-own-empty = You have no case yet.
cases-own-begin = Begin a matter
case-number = Number
case-sign = Case sign
case-about = About
case-since = Since
case-deadline = Deadline
case-unit = Department
case-handler = Handled by
case-received = Received
case-letters = Letters
case-letters-own = Your letters in this case
case-replies = Replies of the office
case-opinions = Opinions
case-timeline = Course
case-state-open = under way
case-state-answered = answered
case-state-closed = closed
case-direct = Direct
case-direct-do = Direct the case
case-opinions-of = Ask for an opinion
case-note = Instruction or question
case-note-hint = Needed when you ask for an opinion. Only the staff sees it.
case-reason = Reason
case-give-back = Give back
case-give-back-do = Give the case back
case-give-back-hint = The case goes back to whoever takes the department's letters.
case-move-deadline = Move the deadline
case-move-deadline-do = Set the new deadline
case-new-deadline = New deadline
case-deadline-so-far = Deadline so far: { $day }.
case-deadline-hint = The party will see it and be told (art. 36 KPA).
case-close = Close
case-close-do = Close the case
case-outcome = Outcome
case-outcome-hint = In one sentence. The party will see it.
opinion-give = Give your opinion
opinion-give-do = Send the opinion
opinion-answer = Opinion
opinion-none-yet = No answer yet.
reply = Reply
reply-write = Write a reply
reply-go-on = Go on with the reply
reply-templates = Begin with a template
reply-subject = Subject
reply-body = Text
reply-body-hint = An empty line begins a new paragraph. Case sign, number and date are added by themselves.
reply-submit = Submit for approval
reply-save = Save the draft
reply-discard = Delete the draft
reply-waits = The reply waits for approval
reply-waits-about = Read it, and send it or return it with a remark.
reply-approvers = Who wrote it does not approve it. Today these may:
reply-approvers-none = Today nobody may approve it: who wrote it does not approve it. Name a substitute for the position that approves, from another department too.
reply-read = Read the reply
reply-approve = Approve and send
reply-return = Return with a remark
reply-remark = Remark
reply-remark-hint = Needed only where you return the reply.
reply-remark-was = Remark of who approves: { $remark }
reply-sent = Sent
event-opened = Case opened: { $place }
event-letter = Letter { $number } was added to the case
event-directed = The case is handled by: { $place }
event-given-back = Given back: { $position }
event-opinion-asked = Asked for an opinion: { $place }
event-opinion-given = Opinion given: { $place }
event-deadline = New deadline: { $day }
event-reply-submitted = Reply submitted for approval
event-reply-returned = Reply returned for correction
event-reply-sent = Reply { $number } was sent
event-closed = Case closed
event-tender-announced = The tender was announced
event-lot-published = The auction of lot { $lot } was published
event-auction-won = The auction of lot { $lot } is over. The best offer was made by:
event-auction-unwon = The auction of lot { $lot } ended without a winner
event-auction-cancelled = The auction of lot { $lot } was cancelled
event-record = The record of the auction of lot { $lot } was added to the case

case-tender = Tender
case-auctions = Auctions
case-records = Records of auctions
record-of-lot = Record of the auction of lot { $lot }
record-edition = Edition
record-edition-buyer = for the buyer, with the firms’ names
record-edition-public = public, with the winner’s name
record-filed = Filed
record-files = Files
access = Who looked at your data
access-about = Each time somebody of the office opens your account, case, letter or prepared application, it is noted. Opening it again within an hour counts once.
access-empty = Nobody has opened your account, cases, letters or applications yet.
access-when = When
access-who = Who
access-what = What
access-account = your account { $thing }
access-case = case { $thing }
access-letter = letter { $thing }
access-form = application prepared for a visit, { $thing }
desk-letter-answers = Text of the letter
desk-letter-enclosures = Attachments
desk-letter-sender = Sender
desk-letter-open-case = Open a case
desk-letter-open-case-do = Open the case
desk-letter-open-case-about = The case gets its sign, and its deadline counts from the receipt of the letter.
desk-letter-jrwa = Class in the list of files
desk-letter-jrwa-hint = Enter the number, or words of the title.
desk-letter-join = Add to a case
desk-letter-join-do = Add
desk-letter-join-hint = A case of the same person, in your department.
desk-letter-hand-over = Hand over to another department
desk-letter-hand-over-do = Hand over
desk-letter-in-case = In case { $sign }
desk-letter-stray = Nobody in this department takes letters today, so the letter waits in the chancellery. Hand it to another department, or open a case in the chancellery.
desk-letter-locked = { $name } – waits for the virus scanner
desk-letter-infected = { $name } – holds harmful code and cannot be opened
desk-letter-confirmed = Confirmed
people = Positions and substitutes
people-empty = You hold no position today.
people-position = Position
people-holder = Held by
people-vacant = vacant
people-duties = Duties
people-takes-letters = takes letters
people-approves = approves replies
people-substitutions = Substitutes
people-no-substitutions = Nobody stands in for anybody, today or later.
people-away = Who is away
people-stands-in = Who stands in
people-days = Days
people-first-day = First day
people-last-day = Last day
people-substitute = Set the substitute
people-end = End
report = Report
report-about = The last twelve months in the departments that you may see.
report-empty = There is nothing to count yet.
report-month = Month
report-letters = Letters
report-online = Share of letters online
report-visits-saved = Visits saved
report-answered = Answers
report-median = Median days to the answer
report-overdue = Late
report-overdue-note = Overdue are deadlines that passed in that month without an answer, also of letters of which nobody opened a case.
report-csv = Download CSV
report-visits-note = Visits saved are letters in matters that are settled wholly online.
report-by-unit = By department and month
report-all-units = all my departments
report-show = Show
report-share = Share
report-days = Days
report-late = Late
report-visits = Visits
nav-people = Substitutes
confirmed-log-in = by logging in
confirmed-identity-code = with the identity code
confirmed-desk = at the desk, with an identity document
