# Electronic signatures on enclosures. The reasons' sentences stand in the program, beside their codes.
signature = Electronic signature
signature-waiting = signature: being checked
signature-none = no electronic signature
signature-passed = valid signature
signature-indeterminate = signature to be decided
signature-failed = invalid signature
signature-accepted = the office accepted the signature
signature-refused = the office did not accept the signature
signature-details = Details of the signature
signature-unknown-signer = Who signed is not known
signature-by-profile = { $person } (trusted signature, seal: { $seal })
signature-format = Kind of signature
signature-covers = What was signed
signature-covers-whole = the whole file
signature-covers-part = a part of the file
signature-covers-nothing = not known
signature-covers-revision = an earlier state of the file; { $size } were added later
signature-claimed = Date, as the signer says
signature-subject = Certificate
signature-issuer = Issuer
signature-serial = Serial number
signature-certificate = SHA-256 of the certificate
signature-how = How it was checked
signature-verdict = Result (EN 319 102-1)
signature-checked-at = Checked
signature-judged-at = Valid at
signature-anchors = SHA-256 of the list of trusted issuers
signature-no-anchors = the office has no such list
signature-checker = Version of the rules
signature-decide = signature to be decided
signature-decide-do = Decide on the signature
signature-decide-about = The signature on the file { $name } could not be accepted automatically. Look at the file and write why you accept the signature or not. The decision cannot be changed.
signature-decide-reason = Why
signature-accept = I accept the signature
signature-refuse = I do not accept the signature
signature-again = Check the signatures again
signature-again-do = Check again
signature-again-about = They are checked once more by the current list of trusted issuers, still for the moment at which the letter came in. The earlier result stays.
queue-signatures = { $count ->
    [one] { $count } letter in a case with a signature to be decided
   *[other] { $count } letters in cases with a signature to be decided
  }
event-signature-accepted = A signature in the letter { $number } was accepted
event-signature-refused = A signature in the letter { $number } was not accepted
