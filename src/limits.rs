//! Every bound of the server: queues, messages, lists and retries. Sizes are bytes unless said.

use std::time::Duration;

/// Commands of one bidder that may be unanswered at once, so that no mailbox can fill.
pub const UNANSWERED_MAX: u32 = 4;
/// Commands waiting for one auction's room: four of each bidder the rules admit, and officers.
pub const MAILBOX_COMMANDS: usize = 40_064;
/// Durable batches waiting to be shown. The room waits when its viewers are so far behind.
pub const COMMITTED_QUEUE: usize = 64;
/// Questions to the replica (joins, views) waiting at once.
pub const REPLICA_QUEUE: usize = 1_024;
/// How long who comes from another node waits until this one knows what it has seen there.
pub const AHEAD_MAX_MS: u64 = 2_000;
/// Connections of one auction that wait for that; more are shown what is known.
pub const JOINS_AHEAD_MAX: usize = 1_024;
/// Command ids remembered in one auction are bounded by `attempts_max` of its terms and by this.
pub const COMMAND_IDS_MAX: usize = 4_000_000;

/// Connections that speak HTTP at a time; sockets are counted apart. Who comes then waits.
pub const CONNECTIONS_MAX: u32 = 10_000;
/// How long the head of a request may take, and how long a connection may stand idle.
pub const REQUEST_HEAD_MAX: Duration = Duration::from_secs(30);
/// The pause after a connection that could not be taken.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long a server that stops waits for the requests under way.
pub const STOPPING_MAX: Duration = Duration::from_secs(20);

/// Longest frame that a client may send.
pub const CLIENT_FRAME_MAX: usize = 8 * 1024;
/// Read buffer of one socket.
pub const SOCKET_READ_BUFFER: usize = 4 * 1024;
/// Shared frames waiting for one socket; above this it is closed with 1013.
pub const OUTBOX_MAX: usize = 64 * 1024;
/// Frames joined into one write.
pub const FRAMES_PER_WRITE: usize = 32;
/// A write that makes no progress for so long closes the socket with 1013.
pub const STALLED_MAX: Duration = Duration::from_secs(5);
/// Open sockets of one node: more are closed at once with 1013.
pub const SOCKETS_MAX: usize = 20_000;
/// A socket lets others run after so many frames in a row.
pub const FRAMES_PER_TURN: u32 = 4;
/// Fan-out lets others run after so many sockets.
pub const SOCKETS_PER_TURN: usize = 32;
/// Messages of one connection that may be unreadable before it is closed with 1008.
pub const BAD_MESSAGES_MAX: u32 = 20;
/// Auctions that one connection may join.
pub const JOINED_MAX: usize = 64;
/// Previews of one connection in a second.
pub const PREVIEWS_PER_S: u32 = 20;
/// Joins of one connection in a second: each is a snapshot.
pub const JOINS_PER_S: u32 = 64;
/// How long an ended connection waits for the client to see why: closing it with its last messages
/// unread would take the reason away from it.
pub const LINGER_MAX: Duration = Duration::from_secs(1);
/// How long a house that closes waits for each room to finish what it has in hand.
pub const CLOSING_MAX: Duration = Duration::from_secs(5);
/// How often a client should send `ping`.
pub const PING_EVERY: Duration = Duration::from_secs(2);
/// Silence after which a connection is taken for lost.
pub const SILENT_MAX: Duration = Duration::from_secs(10);

/// Least time between two state frames of one audience, after the first that goes at once.
pub const CONFLATE_MS: u64 = 25;
/// Items of a feed kept for those who come back.
pub const FEED_HISTORY: usize = 2_000;
/// Questions older than that history which officers still see, until they are answered.
pub const UNANSWERED_QUESTIONS_MAX: usize = 200;

/// Bidders of one auction whose refusals outside the log wait to be noted; those of more are only in
/// the metrics. No auction admits more.
pub const REFUSED_BIDDERS_MAX: usize = 10_000;
/// Bidders whose refusals are noted in one second: the others' wait for the next.
pub const REFUSED_NOTES_PER_S: usize = 64;

/// Within so many seconds half of the connected bidders must drop to be noted.
pub const DROP_WINDOW_S: usize = 10;

/// How often the owner of an auction says that it is alive.
pub const ALIVE_EVERY: Duration = Duration::from_secs(1);
/// After so long a silence of its owner an auction may be taken over: with the next look and the
/// reading of its log, within three seconds of the owner's death.
pub const LEASE: Duration = Duration::from_secs(2);
/// How often a node looks whose owner is silent.
pub const MARKS_EVERY: Duration = Duration::from_millis(250);
/// How often a node looks for logs of which no owner says anything.
pub const LOGS_EVERY: Duration = Duration::from_secs(30);
/// How often a node compares its clock with the journal's.
pub const CLOCK_CHECK_EVERY: Duration = Duration::from_secs(10);
/// A node whose clock is further off than this takes over nothing.
pub const CLOCK_OFF_MS: i64 = 100;
/// A silence longer than this is an outage.
pub const OUTAGE_ABOVE_MS: u64 = 2_000;
/// How long a deadline waits for commands that were stamped before it.
pub const SETTLE_MS: u64 = 20;
/// The same where other nodes pass commands on: they are written to the journal on their way.
pub const SETTLE_SHARED_MS: u64 = 100;
/// What another node stamped is taken to have been on its way for at most so long: its stamp cannot
/// lie further before the moment at which the journal had it.
pub const STAMP_BEFORE_MS: u64 = 2_000;
/// Messages in the inbox of one auction: a node whose bidder comes after so many answers
/// `unavailable`. Four of each bidder the rules admit, and officers.
pub const INBOX_MAX: usize = 40_064;
/// Messages of an inbox, and batches of a log, that wait to be taken in.
pub const FOLLOWED_QUEUE: usize = 64;
/// A node that passed a command on and hears nothing for so long answers `unavailable`: longer than
/// a takeover takes.
pub const PASSED_ON_MAX: Duration = Duration::from_secs(5);
/// How long it tries to pass commands on before it takes the outcome for unknown.
pub const PASS_ON_MAX: Duration = Duration::from_secs(2);
/// How long who comes to a node waits for it to read a log that it does not show yet.
pub const FIND_MAX: Duration = Duration::from_secs(5);
/// How often it looks for such commands.
pub const PASSED_ON_EVERY: Duration = Duration::from_millis(500);
/// How long the owner waits for its own marker to come back from the inbox before it sends another.
pub const MARKER_AGAIN: Duration = Duration::from_secs(1);
/// How often the owner drops what is decided from the inbox.
pub const INBOX_TRIM_EVERY: Duration = Duration::from_secs(1);
/// Batches read from the journal at once when an auction is recovered.
pub const RECOVERY_BATCHES: usize = 256;
/// Batches of a published log that are in memory at once, for each reader.
pub const PUBLISHED_BATCHES: usize = 16;
/// How long the store may take to tell who won, before the result is announced without the name.
pub const DISCLOSURE_MAX: Duration = Duration::from_secs(5);
/// A step of the system clock above this is logged and alarmed, and not followed.
pub const CLOCK_STEP_MS: i64 = 100;
/// How fast the server's clock may be slewed towards the system's: 0.5 ms in a second.
pub const CLOCK_SLEW_US_PER_S: i64 = 500;

/// Requests that wait for the journal's writer; whoever brings one more waits for a place.
///
/// An auction's room has one append in flight, so this is also about the number of rooms
/// that can write at one moment without waiting.
pub const JOURNAL_QUEUE_MAX: usize = 4096;

/// Requests that share one commit: more would only make the first of them wait for longer.
pub const JOURNAL_GROUP_MAX: usize = 1024;

/// Bytes after which a commit takes no further request, so that large bodies of many
/// auctions do not add up to one long stall.
pub const JOURNAL_GROUP_BYTES_MAX: usize = 8 << 20;

/// Body and openings of one batch, in bytes, each. Rooms aim at half of this.
pub const JOURNAL_BODY_BYTES_MAX: usize = 1 << 20;

/// Batches in one answer of `Journal::read`, whatever the caller asks for.
pub const JOURNAL_READ_MAX: usize = 256;

/// Auctions in one Redis command that marks them alive.
pub const JOURNAL_MARKS_MAX: usize = 1024;

/// First pause before an append with unknown outcome is sent again; it doubles each time.
pub const JOURNAL_REPEAT_FIRST: Duration = Duration::from_millis(20);

/// Longest pause before an append with unknown outcome is sent again. There is no limit to
/// the number of repeats: giving up would mean guessing the outcome.
pub const JOURNAL_REPEAT_LAST: Duration = Duration::from_secs(2);

/// SQLite moves its write-ahead log into the journal's file after this many bytes. More makes
/// the stalls rarer and longer.
pub const SQLITE_WAL_BYTES_MAX: i64 = 16 << 20;

/// Redis must have answered within this, or the outcome is unknown.
pub const REDIS_RESPONSE_MAX: Duration = Duration::from_secs(2);

/// Redis must have taken a connection and shown its settings within this.
pub const REDIS_CONNECT_MAX: Duration = Duration::from_secs(2);

/// First pause between two attempts to reach Redis; it doubles up to [`REDIS_RECONNECT_LAST`].
pub const REDIS_RECONNECT_FIRST: Duration = Duration::from_millis(50);

/// Longest pause between two attempts to reach Redis.
pub const REDIS_RECONNECT_LAST: Duration = Duration::from_secs(2);

/// How often the settings of Redis are read again: `CONFIG SET` can weaken them at any time.
pub const REDIS_CHECK_EVERY: Duration = Duration::from_secs(60);

/// How long one question waits for news of streams; new streams are followed with the next one.
pub const REDIS_TAIL_BLOCK: Duration = Duration::from_millis(100);

/// How long to wait where all who follow streams are behind.
pub const REDIS_TAIL_AGAIN: Duration = Duration::from_millis(5);

/// Sentinels in the address of Redis: enough for a majority to survive, and all are asked.
pub const REDIS_SENTINELS_MAX: usize = 9;

/// Sentinel must have said within this which replicas there are, or they are not checked this time.
pub const REDIS_SENTINEL_MAX: Duration = Duration::from_millis(500);

/// A PEM file for TLS to Redis.
pub const REDIS_PEM_BYTES_MAX: usize = 1 << 20;

/// Last batches of a log that its room keeps, for a failover may lose those that no replica had.
pub const RECENT_BATCHES: usize = 1024;

/// Their bodies and openings at most, in bytes.
pub const RECENT_BYTES: usize = 2 << 20;

/// Auctions that are over and held in memory because somebody asked for them lately.
pub const SEALED_HELD: usize = 128;

/// How often logs are looked for that are to be archived.
pub const ARCHIVE_EVERY: Duration = Duration::from_secs(600);

/// Batches copied into the archive in one transaction.
pub const ARCHIVED_BATCHES: usize = 64;

/// Keys that Redis looks at in one step of a search for logs.
pub const REDIS_SCAN_STEP: usize = 1000;

/// Longest file of a specification.
pub const SWZ_FILE_BYTES_MAX: u64 = 100 << 20;
/// Files of one tender's specification that are in force.
pub const SWZ_FILES_MAX: i64 = 100;
/// Files of one tender's specification with those that were withdrawn or replaced.
pub const SWZ_FILES_EVER_MAX: i64 = 500;
/// After how long a file whose writer is gone counts as left behind. No upload takes as long.
pub const UPLOAD_LEFT_AFTER: Duration = Duration::from_secs(86_400);
/// Longest document that a citizen or a clerk adds. clamd's StreamMaxLength must not be less.
pub const DOCUMENT_BYTES_MAX: u64 = 25 << 20;
/// The longest name of a document, in characters.
pub const DOCUMENT_NAME_CHARS_MAX: usize = 120;
/// Documents of one letter.
pub const ENCLOSURES_MAX: usize = 50;
/// All documents of one letter together.
pub const ENCLOSED_BYTES_MAX: i64 = 150 << 20;
/// Documents of one account that no letter encloses: more than all that one letter may have, and some
/// letters begun beside it.
pub const UNSENT_DOCUMENTS_MAX: i64 = 200;
/// All of them together.
pub const UNSENT_BYTES_MAX: i64 = 500 << 20;
/// How long a document is kept that no letter encloses and no draft can name, in milliseconds: 14 days.
pub const UNSENT_KEPT_MS: i64 = 14 * 86_400_000;
/// How often such documents are looked for.
pub const UNSENT_SWEPT_EVERY: Duration = Duration::from_secs(3_600);
/// Longest letter without its documents, as canonical JSON.
pub const LETTER_BYTES_MAX: usize = 256 * 1024;
/// The longest key of a submission, in characters.
pub const SUBMISSION_KEY_CHARS_MAX: usize = 64;
/// Submissions that hold a connection of the store at once: they take turns for the register's row.
pub const SUBMISSIONS_AT_ONCE: usize = 4;
/// What an archive may unpack to, with the archives in it.
pub const ARCHIVE_UNPACKED_MAX: u64 = 200 << 20;
/// Files in an archive, with those of the archives in it.
pub const ARCHIVE_FILES_MAX: usize = 2_000;
/// Archives in one another: a text (DOCX) in a signed container (ASiC) in an archive.
pub const ARCHIVE_DEPTH_MAX: usize = 3;
/// Elements, texts and comments of a document that is XML.
pub const XML_NODES_MAX: u32 = 1_000_000;
/// Signatures of one document that are looked at.
pub const SIGNATURES_MAX: usize = 32;
/// Certificates that come with one signature.
pub const SIGNATURE_CERTIFICATES_MAX: usize = 32;
/// References of one signature in XML.
pub const SIGNATURE_REFERENCES_MAX: usize = 64;
/// Transforms of one reference.
pub const SIGNATURE_TRANSFORMS_MAX: usize = 8;
/// How deep elements may stand in XML whose signatures are checked.
pub const SIGNATURE_XML_DEPTH_MAX: u32 = 100;
/// How deep values may stand in a signed message.
pub const SIGNATURE_ASN1_DEPTH_MAX: usize = 32;
/// Certificates from a signer's up to the issuer that the office trusts.
pub const SIGNATURE_CHAIN_MAX: usize = 6;
/// Signatures on certificates that are checked to find that way.
pub const SIGNATURE_CHAIN_TRIES_MAX: usize = 64;
/// Bytes that are hashed or made canonical for the signatures of one document.
pub const SIGNATURE_BYTES_HASHED_MAX: usize = 128 << 20;
/// How often the signatures of one letter are checked.
pub const SIGNATURE_CHECKS_MAX: usize = 20;
/// The file with the issuers that the office trusts, and their lists of revocations.
pub const SIGNATURE_ANCHORS_BYTES_MAX: usize = 32 << 20;
/// How often documents are looked for that are to be scanned.
pub const SCAN_EVERY: Duration = Duration::from_secs(2);
/// How long the scanner may take for one document: less than the first pause between two attempts.
pub const SCAN_WAIT: Duration = Duration::from_secs(8);
/// Bidders of one tender: as many as one auction takes.
pub const BIDDERS_PER_TENDER_MAX: i64 = 10_000;
/// Lots of one tender: as many as one page of the store.
pub const LOTS_PER_TENDER_MAX: i64 = 200;
/// How long requests for a specification count.
pub const ASKED_WINDOW_MS: u64 = 3_600_000;
/// Firms that may ask for one tender's specification from one network within the window: an office
/// building, a town hall.
pub const ASKED_PER_NETWORK_MAX: i64 = 20;
/// Firms that may ask for one tender's specification within the window.
pub const ASKED_PER_TENDER_MAX: i64 = 500;
/// How long a one-time password holds, in milliseconds: 30 days.
pub const ONE_TIME_PASSWORD_MAX_MS: u64 = 30 * 86_400_000;
/// How long the link that confirms an e-mail address holds, in milliseconds: two days. Registrations
/// that nobody confirmed are forgotten after it.
pub const ADDRESS_TOKEN_MS: u64 = 48 * 3_600_000;
/// Registrations from one network within [`REGISTERED_PER_NETWORK_MS`]: a town hall, a library.
pub const REGISTERED_PER_NETWORK_MAX: i64 = 20;
/// The time within which registrations of a network are counted, in milliseconds.
pub const REGISTERED_PER_NETWORK_MS: u64 = 3_600_000;
/// Registrations with one e-mail address that bring it a mail within [`REGISTERED_PER_EMAIL_MS`].
pub const REGISTERED_PER_EMAIL_MAX: i64 = 3;
/// The time within which registrations with an address are counted, in milliseconds.
pub const REGISTERED_PER_EMAIL_MS: u64 = 86_400_000;
/// How long an identity code holds: until the same date so many years later.
pub const CODE_YEARS: i64 = 2;
/// How long before its end the owner of a code is reminded, in milliseconds: 30 days.
pub const CODE_REMINDER_MS: u64 = 30 * 86_400_000;
/// How often codes that end and registrations that nobody confirmed are looked for.
pub const UPKEEP_EVERY: Duration = Duration::from_secs(600);
/// Recovery codes that are given with a second factor.
pub const RECOVERY_CODES: usize = 8;
/// How long the form that switches a second factor on may be open, in milliseconds.
pub const FACTOR_ENROLMENT_MS: u64 = 3_600_000;
/// How long a provider of identities may take for one answer.
pub const OUTSIDE_WAIT: Duration = Duration::from_secs(8);
/// The longest answer of a provider of identities: keys with their certificates.
pub const OUTSIDE_BYTES_MAX: usize = 256 * 1024;
/// How long what a provider publishes of itself is taken from memory.
pub const OUTSIDE_KNOWN: Duration = Duration::from_secs(3_600);
/// How long after a token with an unknown key the keys are not fetched again for another one.
pub const OUTSIDE_KEYS_AGAIN: Duration = Duration::from_secs(30);
/// How long a browser may be away at a provider, in milliseconds.
pub const OUTSIDE_ERRAND_MS: u64 = 600_000;
/// Browsers of one network that are away at a provider: a town hall, a library.
pub const OUTSIDE_PER_NETWORK_MAX: i64 = 200;
/// The longest name that a provider gives a person, in characters (OpenID Connect Core 1.0, 2).
pub const OUTSIDE_SUBJECT_CHARS_MAX: usize = 255;
/// The file with the secret that is shared with a provider.
pub const OUTSIDE_SECRET_BYTES_MAX: usize = 4 * 1024;
/// The longest reason that a registrar gives, in characters.
pub const REASON_CHARS_MAX: usize = 500;
/// Longest file of bidders to import.
pub const IMPORT_BYTES_MAX: usize = 8 << 20;
/// Rows of one import, without the header.
pub const IMPORT_ROWS_MAX: usize = 10_000;
/// Columns of one import.
pub const IMPORT_COLUMNS_MAX: usize = 500;
/// Faults of one import that are listed; the number of all is told.
pub const IMPORT_FAULTS_MAX: usize = 1_000;
/// Rows of one import that the preview shows.
pub const IMPORT_PREVIEW_ROWS: usize = 20;
/// An opening must lie so far ahead when a whole tender is scheduled, in milliseconds.
pub const SCHEDULE_AHEAD_MIN_MS: u64 = 60_000;
/// The longest gap between two lots, in minutes: a week.
pub const SCHEDULE_GAP_MIN_MAX: u64 = 7 * 24 * 60;
/// Answers to a preset's questions in one request.
pub const PRESET_ANSWERS_MAX: usize = 64;
/// Bidders that play a worked example in sight; those that only make up the least number are more.
pub const EXAMPLE_BIDDERS: usize = 3;

/// How long the outbox waits after a notice before it sends the next one: five in a second.
pub const NOTICES_EVERY: Duration = Duration::from_millis(200);
/// Notices that one recipient gets within [`NOTICES_PER_RECIPIENT_MS`]; more wait.
pub const NOTICES_PER_RECIPIENT: i64 = 60;
/// The time within which a recipient's notices are counted, in milliseconds: an hour.
pub const NOTICES_PER_RECIPIENT_MS: u64 = 3_600_000;
/// How often the outbox looks for notices when none was due.
pub const NOTICE_POLL: Duration = Duration::from_secs(2);
/// How long a notice belongs to the worker that took it, in milliseconds; longer than sending takes.
pub const NOTICE_LEASE_MS: u64 = 120_000;
/// How long sending one notice may take in all.
pub const NOTICE_SEND_MAX: Duration = Duration::from_secs(60);
/// How long a mail server may take for one answer.
pub const SMTP_RESPONSE_MAX: Duration = Duration::from_secs(20);
/// The file of the authority that a mail server's certificate is checked by.
pub const SMTP_AUTHORITY_BYTES_MAX: usize = 256 * 1024;
/// Attempts at a notice before somebody must look at it: four days of a silent server.
pub const NOTICE_ATTEMPTS_MAX: i64 = 54;
/// The pause after the first failed attempt, in milliseconds; it doubles each time.
pub const NOTICE_RETRY_FIRST_MS: u64 = 30_000;
/// The longest pause between two attempts, in milliseconds.
pub const NOTICE_RETRY_LAST_MS: u64 = 7_200_000;
/// What is kept of a mail server's answer, in characters.
pub const NOTICE_ERROR_CHARS_MAX: usize = 300;
/// How often auctions are looked at for an end that is to be told.
pub const ANNOUNCE_EVERY: Duration = Duration::from_secs(5);

/// Practice auctions that run on one node at a time; each is in memory alone.
pub const PRACTICES_MAX: usize = 50;
/// Bots in a practice auction.
pub const PRACTICE_BOTS: u32 = 3;
/// Bids of one bot in a practice auction.
pub const PRACTICE_BOT_BIDS_MAX: u32 = 40;
/// How long after its start a practice auction opens, in milliseconds: time to accept the terms.
pub const PRACTICE_OPENS_AFTER_MS: u64 = 20_000;
/// What the phases of a practice auction are planned to take, in milliseconds.
pub const PRACTICE_LENGTH_MS: u64 = 180_000;
/// The least time of an open or sealed phase, or of a silence, in a practice auction.
pub const PRACTICE_PHASE_MIN_MS: u64 = 30_000;
/// The least length of a turn in a practice auction: a person must find the form and enter a price.
pub const PRACTICE_TURN_MIN_MS: u64 = 15_000;
/// The least time of a level in a practice auction: a person must decide, and a bot looks once in it.
pub const PRACTICE_LEVEL_MIN_MS: u64 = 15_000;
/// Levels of a clock in a practice auction; more are drawn together.
pub const PRACTICE_LEVELS_MAX: usize = 20;
/// How long a practice auction can be looked at after its end.
pub const PRACTICE_STAYS: Duration = Duration::from_secs(300);
/// After so long a practice auction ends, wherever it stands.
pub const PRACTICE_MAX: Duration = Duration::from_secs(1_200);
/// Bytes on their way between a practice auction and one of its bots.
pub const PRACTICE_LINK_BYTES: usize = 64 * 1024;

/// How often sealed auctions are looked for whose records are to be filed, and those that are due.
pub const FILE_EVERY: Duration = Duration::from_secs(2);
/// How often heads are looked for that are to be stamped.
pub const STAMP_EVERY: Duration = Duration::from_secs(2);
/// How long a time-stamping authority may take: less than the first pause between two attempts.
pub const STAMP_WAIT: Duration = Duration::from_secs(8);
/// The longest answer of a time-stamping authority: a token with its certificates.
pub const STAMP_BYTES_MAX: usize = 64 * 1024;
/// The file with the certificates that vouch for a time-stamping authority.
pub const STAMP_ANCHORS_BYTES_MAX: usize = 1 << 20;
/// Attempts to file a record, to have a digest stamped or a document scanned before it waits for a
/// restart: two days.
pub const JOB_ATTEMPTS_MAX: i64 = 54;
/// The pause after the first attempt, in milliseconds; it doubles each time. An attempt takes less.
pub const JOB_RETRY_FIRST_MS: u64 = 10_000;
/// The longest pause between two attempts, in milliseconds.
pub const JOB_RETRY_LAST_MS: u64 = 3_600_000;
/// Longest file of a record: each of its attempts takes a kilobyte of JSON at most.
pub const RECORD_BYTES_MAX: u64 = 400 << 20;

/// Attempts in a record; what is beyond stands in the published log alone.
pub const RECORD_ATTEMPTS_MAX: usize = 200_000;
/// Attempts that the record lists on paper; the others stand in its JSON.
pub const RECORD_PRINTED_MAX: usize = 3_000;
/// Records read from the journal at once.
pub const RECORDS_AT_ONCE: usize = 2;
/// The file of an office's arms, which every letter carries.
pub const ARMS_BYTES_MAX: usize = 256 * 1024;
/// Width and height of arms that are a PNG, in pixels.
pub const ARMS_PIXELS_MAX: u32 = 2_048;
/// Documents laid out at once: each takes a processor for up to a second.
pub const DOCUMENTS_AT_ONCE: usize = 2;

/// The longest terms, as JSON, that are searched for the field at fault: far more than any have.
pub const TERMS_SEARCHED_BYTES_MAX: usize = 64 << 10;
/// Largest file of `ebok simulate`.
pub const SCENARIO_BYTES_MAX: u64 = 4 << 20;
/// Bidders of a scenario: each change of the standings lists all of them.
pub const SCENARIO_BIDDERS_MAX: usize = 100;
/// Commands of a scenario.
pub const SCENARIO_COMMANDS_MAX: usize = 5_000;
/// Random tails that a scenario may give: one for each phase and more.
pub const SCENARIO_TAILS_MAX: usize = 32;
/// Faults of a scenario that are listed.
pub const SCENARIO_FAULTS_MAX: usize = 50;
/// A moment or a length of a scenario is at most so far from its opening, in milliseconds: as long
/// as a phase may be.
pub const SCENARIO_SPAN_MAX_MS: u64 = 31 * 86_400_000;

/// Characters of a text that a clerk writes: a reply, an opinion, a reason.
pub const OFFICE_TEXT_CHARS_MAX: usize = 20_000;
/// Characters of a line that a clerk writes.
pub const OFFICE_LINE_CHARS_MAX: usize = 200;
/// Positions asked for an opinion at a time.
pub const OPINIONS_PER_DIRECTION: usize = 20;
/// Positions that take letters or approve replies, with those who do their work today.
pub const POSITIONS_ON_DUTY_MAX: i64 = 5_000;
/// How often letters that nobody can take up, and what is late, are counted.
pub const ALARMS_EVERY: Duration = Duration::from_secs(60);
/// A deadline is told to come soon from so many days before it.
pub const DEADLINE_SOON_DAYS: i32 = 7;
/// The file of an office's list of classes (JRWA).
pub const JRWA_BYTES_MAX: usize = 2 << 20;
/// Classes of an office's list.
pub const JRWA_ROWS_MAX: usize = 10_000;
/// Faults of such a list that are told.
pub const JRWA_FAULTS_MAX: usize = 50;
/// Classes that are listed to be chosen from; of more, a number or words are typed.
pub const JRWA_LISTED_MAX: usize = 60;
/// Classes that are named where words fit several.
pub const JRWA_NAMED_MAX: usize = 8;
/// What is late, or due within so many working days, is shown to the head of the unit too.
pub const DEADLINE_ALARM_DAYS: u16 = 3;
/// What happened in a case that its page tells: the newest.
pub const CASE_EVENTS_SHOWN: usize = 1_000;
/// A substitution ends so many days after its first one at the latest.
pub const SUBSTITUTION_DAYS_MAX: i32 = 366;

/// The longest answer of one line, in characters.
pub const TEXT_CHARS_MAX: usize = 200;
/// The longest answer of many lines, in characters.
pub const LONG_TEXT_CHARS_MAX: usize = 4_000;
/// Pages of one form.
pub const FORM_PAGES_MAX: usize = 30;
/// Questions of one page or group.
pub const FORM_QUESTIONS_MAX: usize = 30;
/// Choices of one question.
pub const FORM_CHOICES_MAX: usize = 60;
/// Files in the answer to one question.
pub const FORM_FILES_MAX: usize = 20;
/// Things of one group.
pub const GROUP_ITEMS_MAX: usize = 20;
/// Questions of all things of one group: a page shows them all.
pub const GROUP_QUESTIONS_MAX: usize = 200;
/// Faults of one form that are listed.
pub const FORM_FAULTS_MAX: usize = 200;
/// Procedures in the answer to one search.
pub const PROCEDURES_FOUND_MAX: usize = 50;
/// Drafts of one citizen.
pub const DRAFTS_PER_CITIZEN_MAX: i64 = 50;
/// The answers of one draft, as JSON.
pub const DRAFT_BYTES_MAX: usize = 256 * 1024;
/// Rows whose clear text is encrypted in one transaction.
pub const SEALED_AT_ONCE: i64 = 100;
/// How long a draft is kept after it was saved, in milliseconds: 90 days.
pub const DRAFT_KEPT_MS: i64 = 90 * 86_400_000;
/// How often expired drafts are deleted.
pub const DRAFTS_SWEPT_EVERY: Duration = Duration::from_secs(3_600);
/// A draft is shown as expiring so long before its end, in milliseconds: 14 days.
pub const DRAFT_EXPIRING_MS: i64 = 14 * 86_400_000;
