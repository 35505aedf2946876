# Matters: the catalogue, the cards, forms and drafts.
nav-matters = Get things done
nav-drafts = Drafts
matters = Get things done
matters-search = What are you looking for?
matters-find = Search
matters-all = All matters
matters-none = There is no such matter here yet. Try other words, or write a general letter.
matters-departments = By department
matters-found = { $count ->
    [0] Nothing found
    [one] 1 matter found
   *[other] { $count } matters found
  }
life-contact = Contact with the office
life-documents = Documents and residence
life-family = Family and support
life-home = House, flat, land
life-vehicle = Car and driving licence
life-taxes = Taxes and fees
life-business = Firm and organisation
life-city = Street, green areas, events
matter-assurance-email = An account with a confirmed e-mail address
matter-assurance-desk = An account confirmed at the office: you show your identity document there once
matter-assurance-trusted-profile = The trusted profile (profil zaufany)
matter-assurance-qualified = A qualified electronic signature

matter-visit = with a visit
matter-hand-over = on another site
matter-visit-title = One visit to the office is needed
matter-bring = Bring along
matter-visit-link = On the central site:
matter-hand-over-title = Another site deals with this matter
matter-fee = Fee
matter-free = free of charge
matter-fee-depends = depends on the matter
matter-deadline = Time
matter-at-once = while you wait
matter-no-deadline = the law sets no deadline
matter-days = { $count ->
    [one] 1 day
   *[other] { $count } days
  }
matter-months = { $count ->
    [one] one month
   *[other] { $count } months
  }
matter-outcome = What you get
matter-department = Who deals with it
matter-assurance = Needed to apply
matter-needs = Have at hand
matter-steps = How it goes
matter-begin = Begin
matter-begin-visit = Prepare the application
matter-begin-hand-over = Prepare your answers
matter-begin-about = Your answers are saved on every page. You can stop and go on later, also on another device.
matter-log-in = Log in to begin
matter-log-in-about = The form is saved in your account, so you fill it in after logging in.
matter-not-here = This account has no matters of its own. Log in to the account of a resident or firm.
matter-appeal = Appeal
matter-laws = Legal basis
matter-law-source = source
matter-law-read = read on { $day }
matter-law-unread = source to be established
matter-privacy = Your data
matter-controller = Controller
matter-controller-unnamed = The office that runs this site
matter-purpose = Purpose
matter-basis = Basis
matter-recipients = Who else gets them
matter-kept = How long they are kept (archival category)
matter-kept-unknown = to be established
matter-duty = Whether you must give them
matter-rights = You have a right to your data: you can see them, correct them and, where the law allows, have them deleted or their use restricted. You can also complain to the President of the Personal Data Protection Office.

form-back = Back
form-step = page { $number } of { $all }
form-continue = Save and continue
form-later = Save and finish later
form-to-summary = Go to the summary
form-more = Your answer opened more questions on this page.
form-optional = optional
form-yes = Yes
form-no = No
form-declare = Yes, I declare this
form-declared = declared
form-add = Add: { $item }
form-remove = Remove
form-none-yet = Nothing added yet.
form-attach = Attach chosen files
form-file-remove = Remove
form-files-bounds = { $kinds }, at most { $most }
form-street = Street
form-house = House number
form-flat = Flat number
form-postcode = Postal code
form-place = Place
form-given-names = Given name(s)
form-family-name = Family name
form-pesel = PESEL

drafts = Drafts
drafts-about = Forms that were not sent yet. Each disappears 90 days after it was last saved.
drafts-none = You have no drafts.
drafts-saved = Saved. Finish it whenever you like, also on another device.
drafts-deleted = The draft was deleted.
draft-matter = Matter
draft-state = State
draft-saved = Saved
draft-expires = Disappears
draft-act = Act
draft-begun = to be finished
draft-complete = filled in
draft-delete = Delete
draft-keep = Keep
draft-delete-question = Delete the draft?
draft-delete-about = { $title }: your answers will be lost and cannot be brought back.
draft-prepared = for a visit: { $number }
draft-handed-over = taken on { $day }

summary = Check your answers
summary-complete = Everything is filled in.
summary-faults = { $count ->
    [one] Correct or complete one answer.
   *[other] Correct or complete { $count } answers.
  }
summary-earlier = The form has changed since you began. Your version still holds and you can finish it.
summary-fill = Complete your answers
summary-change = Change
summary-none = not given
summary-assurance = Still needed to send it
summary-expires = The draft disappears on { $day } unless you save it again.
summary-card = Card of the matter
at-desk = Your visit to the office
at-desk-number = Number of the application
at-desk-number-about = Say it at the desk. The clerk opens your application by it; nothing needs to be printed or copied.
at-desk-where = Where
at-desk-office = Office
at-desk-until = Come by
at-desk-next-show = At the desk you say the number and show your identity document.
at-desk-next-read = The clerk reads the application with you and takes it.
at-desk-next-letter = The application gets its number, and you the receipt. Then you follow the case in your account.
at-desk-change = See or change the answers
at-desk-has-number = The application is prepared. Its number: { $number }
at-desk-see = What to bring and where to come
at-desk-about = You get a number by which the clerk opens this application. Until the visit you can still change your answers.
at-desk-prepare = Prepare for the visit
hand-over-about = Before you go on, we note that your data are ready and when we led you there. The answers stay in your account alone.
hand-over-do = My data are ready, go on
hand-over-first = Complete your answers first.
hand-over-done = Noted at { $time }: your data are ready, another site takes the matter on.
hand-over-next = Open it and copy the answers from this page. Nothing is sent from here.
