//! One auction from its founding to the seal, over as many lives of its house as it takes.

use super::super::hall::{Hall, NODES, START, bidder, in_virtual_time, officer, pass};
use super::ends::End;
use super::formats::Format;
use super::link::{Arrivals, Link};
use super::person::Person;
use super::story::Story;
use super::witness::{Witness, firm};
use super::{officer as desk, tactics};
use auction_rules::{Act, Auction, AuctionId, CommandId, Entry, Timestamp, Viewer};
use ebok::auction::chance::Chance;
use ebok::auction::journal::faulty::{Faults, FaultyJournal};
use ebok::clock::Clock;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;

/// At most so many ends of a house before the last one.
const ENDS_MAX: u32 = 4;
/// The auction must be sealed so long after the storm, in milliseconds.
const CALM_MAX_MS: u64 = 600_000;
/// In the calm nobody bids for longer.
const BIDS_IN_CALM_MS: u64 = 15_000;

/// All that outlives a house.
pub(super) struct World {
    pub(super) random: StdRng,
    pub(super) story: Story,
    pub(super) journal: FaultyJournal,
    /// The journal as each node reaches it.
    nodes: Vec<FaultyJournal>,
    pub(super) witness: Witness,
    pub(super) people: Vec<Person>,
    pub(super) arrivals: Arrivals,
    format: Format,
    auction: AuctionId,
    bidders: usize,
    chance: Chance,
    /// When the present house began.
    born: Timestamp,
    /// When the house before it ended.
    ran_until: Option<Timestamp>,
    storm_until: Timestamp,
    ends_left: u32,
    /// Acts that the officer did not do in the room.
    acts: u32,
}

/// Plays a seed to its end; gives the log.
pub(super) fn simulate(seed: u64, story: &Story) -> Vec<Entry> {
    let mut world = World::new(seed, story.clone());
    loop {
        let (end, lived_ms) = in_virtual_time(world.live());
        world.born = world.born.plus(lived_ms);
        match end {
            End::Sealed => return world.witness.entries,
            end => world.away(end),
        }
    }
}

impl World {
    fn new(seed: u64, story: Story) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let format = Format::draw(&mut random);
        story.under(json!(*format.terms).to_string());
        let journal = FaultyJournal::new(seed, faults(&mut random));
        let nodes = random.random_range(1..=NODES.len());
        let auction = AuctionId::new("a-1").unwrap();
        let bidders = random.random_range(2..=6);
        let firms = (0..bidders).map(|index| Person::new(firm(index), format!("firm {index}")));
        let mut people: Vec<_> = firms.collect();
        people.push(Person::new(Viewer::Officer, "officer".to_owned()));
        if format.terms.visibility.observers_delay_ms.is_some() {
            people.push(Person::new(Viewer::Observer, "observer".to_owned()));
        }
        for phase in &format.terms.phases {
            story.count(phase.run.name());
        }
        story.count(json!(format.terms.evaluation)["by"].as_str().unwrap());
        Self {
            chance: Chance::seeded(seed),
            witness: Witness::new(journal.clone(), auction.clone(), story.clone(), nodes == 1),
            nodes: (0..nodes).map(|_| journal.node()).collect(),
            storm_until: START.plus(random.random_range(8_000..30_000)),
            ends_left: random.random_range(1..=ENDS_MAX),
            arrivals: Arrivals::default(),
            born: START,
            ran_until: None,
            acts: 0,
            random,
            story,
            journal,
            people,
            format,
            auction,
            bidders,
        }
    }

    /// One life of a house; how it ended, and after how many milliseconds.
    async fn live(&mut self) -> (End, u64) {
        let began = Instant::now();
        let dies = self.draw_end();
        let journal = self.journal.clone();
        let end = tokio::select! {
            biased;
            end = dies.comes(&journal) => end,
            end = self.lives() => end,
        };
        // What left the house before it died was heard.
        self.hear();
        self.people
            .iter_mut()
            .for_each(|person| person.links.clear());
        let lived_ms = u64::try_from(began.elapsed().as_millis()).unwrap();
        self.story
            .tell(self.born.plus(lived_ms), format!("the house: {end:?}"));
        (end, lived_ms)
    }

    fn draw_end(&mut self) -> super::ends::Ending {
        let ends = self.ends_left > 0;
        self.ends_left = self.ends_left.saturating_sub(1);
        super::ends::Ending::draw(&mut self.random, ends)
    }

    /// Between two houses.
    fn away(&mut self, end: End) {
        self.story.count(end.name());
        if end != End::Closed {
            self.journal.crash();
        }
        self.ran_until = Some(self.born);
        let away_ms = match self.random.random_range(0..3) {
            0 => self.random.random_range(0..1_500),
            1 => self.random.random_range(0..5_000),
            _ => self.random.random_range(0..20_000),
        };
        self.born = self.born.plus(away_ms);
        self.witness.follow();
    }

    async fn lives(&mut self) -> End {
        let mut halls: Vec<Hall> = Vec::new();
        for node in 0..self.nodes.len() {
            self.nodes[node].cut(false);
            let now = halls.last().map_or(self.born, |hall| hall.clock.now());
            match self.open(node, now).await {
                Ok(hall) => halls.push(hall),
                Err(error) => return self.cannot_open(&error),
            }
        }
        let mut before = Vec::new();
        while halls[0].clock.now() < self.storm_until {
            if has_failed(&halls) {
                return End::JournalFailed;
            }
            let node = self.random.random_range(0..halls.len());
            match self.random.random_range(0..400) {
                0 => match self.another(node, &halls[node]).await {
                    // The house that runs wrote meanwhile, or another node owns the auction.
                    Ok(next) if !next.house.owns(&self.auction) => {}
                    Ok(next) => {
                        self.story
                            .tell(halls[node].clock.now(), "another house takes over");
                        self.story.count("taken over");
                        // The house before is a gateway from now on.
                        self.witness.alone = false;
                        before.push(std::mem::replace(&mut halls[node], next));
                    }
                    Err(error) => return self.cannot_open(&error),
                },
                1 if self.ends_left > 0 => {
                    self.nodes.iter().for_each(|node| node.cut(false));
                    for hall in &halls {
                        hall.house.close().await;
                    }
                    return End::Closed;
                }
                2..6 if halls.len() > 1 => self.cuts(node, &halls[node]),
                6 if halls.len() > 1 => match self.restarts(node, &halls[node]).await {
                    Ok(next) => halls[node] = next,
                    Err(error) => return self.cannot_open(&error),
                },
                _ => self.step(&halls[node]).await,
            }
        }
        self.nodes.iter().for_each(|node| node.cut(false));
        self.leave_behind(&before).await;
        self.calm(&halls).await
    }

    /// A node's link to the journal is cut, or mended; those who are connected to it may be lost with
    /// it, as when the node is killed.
    fn cuts(&mut self, node: usize, hall: &Hall) {
        let cut = self.random.random_bool(0.4);
        self.nodes[node].cut(cut);
        let dies = cut && self.random.random_bool(0.5);
        if dies {
            for person in &mut self.people {
                person.links.retain(|link| !link.is_of(hall));
            }
        }
        self.story
            .count(if cut { "link cut" } else { "link mended" });
        let what = format!("node {node}: cut {cut}, dies {dies}");
        self.story.tell(hall.clock.now(), what);
    }

    /// A node is stopped as it should be, and started again.
    async fn restarts(&mut self, node: usize, hall: &Hall) -> anyhow::Result<Hall> {
        self.nodes[node].cut(false);
        self.story
            .tell(hall.clock.now(), format!("node {node} is restarted"));
        self.story.count("restarted");
        hall.house.close().await;
        self.ran_until = None;
        self.open(node, hall.clock.now()).await
    }

    /// Houses that others took over from are left.
    async fn leave_behind(&mut self, before: &[Hall]) {
        pass(3_000).await;
        self.hear();
        for person in &mut self.people {
            let is_left = |link: &Link| before.iter().any(|hall| link.is_of(hall));
            person.links.retain(|link| !is_left(link));
        }
    }

    /// A second house while the first one runs.
    async fn another(&mut self, node: usize, hall: &Hall) -> anyhow::Result<Hall> {
        self.nodes[node].cut(false);
        self.ran_until = None;
        self.open(node, hall.clock.now()).await
    }

    fn cannot_open(&self, error: &anyhow::Error) -> End {
        self.story
            .tell(self.born, format!("cannot open: {error:#}"));
        End::JournalFailed
    }

    /// A house over what the journal holds: whoever wrote the log before is gone, and how long nobody
    /// could bid stands in the log.
    async fn open(&mut self, node: usize, now: Timestamp) -> anyhow::Result<Hall> {
        self.witness.follow();
        let known = self.witness.entries.len();
        let state = self.witness.state.as_ref();
        let (founded, sealed) = (state.is_some(), state.is_some_and(Auction::is_sealed));
        let journal = Arc::new(self.nodes[node].clone());
        self.journal.keep_time(&Clock::start_at_ms(now), 0);
        let hall = Hall::opening(node, journal, now, self.chance.clone()).await?;
        self.story.tell(now, format!("node {node} opens a house"));
        self.witness.follow();
        let owns = hall.house.owns(&self.auction);
        if owns && founded && !sealed {
            let ended = self.ran_until.take().unwrap_or(now);
            self.witness.was_taken_over(known, ended, now);
        }
        if owns || !founded {
            self.prepare(&hall).await;
        }
        Ok(hall)
    }

    /// The paperwork: founds, admits and schedules, as far as that is not done.
    async fn prepare(&mut self, hall: &Hall) {
        let terms = self.format.terms.clone();
        let published = hall
            .house
            .publish(self.auction.clone(), terms, officer(), None);
        drop(published.await);
        self.witness.follow();
        for index in 0..self.bidders {
            let state = self.witness.state.as_ref();
            let known = state.is_some_and(|state| state.bidders().any(|one| one == bidder(index)));
            if !known {
                let offer = self.format.offer(&mut self.random);
                let admit = json!({"type": "admit", "bidder": bidder(index), "offer": offer});
                self.do_act(hall, admit).await;
            }
        }
        self.schedule(hall).await;
    }

    async fn schedule(&mut self, hall: &Hall) {
        self.witness.follow();
        let public = self
            .witness
            .state
            .as_ref()
            .map(|state| state.view(Viewer::Officer).public);
        if desk::must_schedule(&json!(public)) {
            let opens_at = hall.clock.now().plus(self.random.random_range(500..2_000));
            self.do_act(hall, json!({"type": "schedule", "opens_at": opens_at}))
                .await;
        }
    }

    /// An act of the officer, done elsewhere than in the room.
    async fn do_act(&mut self, hall: &Hall, act: Value) {
        self.acts += 1;
        let id = CommandId::new(&format!("desk-{}", self.acts)).unwrap();
        let Some(door) = hall.house.door(&self.auction) else {
            return;
        };
        let now = hall.clock.now();
        let act: Act = serde_json::from_value(act).unwrap();
        let done = door.act(officer(), id, act.clone(), now).await;
        self.story
            .tell(now, format!("desk: {} {:?}", json!(act), done.err()));
    }

    /// Something happens, and some time passes or none.
    async fn step(&mut self, hall: &Hall) {
        let gap_ms = match self.random.random_range(0..10) {
            0..3 => 0,
            3..9 => self.random.random_range(1..150),
            _ => self.random.random_range(150..800),
        };
        if gap_ms > 0 {
            pass(gap_ms).await;
        }
        self.hear();
        for person in 0..self.people.len() {
            if self.people[person].links.is_empty() && self.random.random_bool(0.2) {
                self.connect(hall, person).await;
            }
        }
        let person = self.random.random_range(0..self.people.len());
        match self.random.random_range(0..100) {
            0..74 => {
                let person = self.whose_turn().unwrap_or(person);
                self.moves(hall, person);
            }
            74..81 => self.asks_again(hall, person),
            81..86 => self.loses(hall, person),
            86..90 => self.connect(hall, person).await,
            90..96 => self.officer_acts(hall),
            _ => {}
        }
    }

    pub(super) fn hear(&mut self) {
        self.witness.follow();
        for person in &mut self.people {
            person.hear(&mut self.witness);
        }
    }

    fn delay_ms(&mut self) -> u64 {
        match self.random.random_range(0..10) {
            0..4 => 0,
            4..9 => self.random.random_range(0..60),
            _ => self.random.random_range(0..1_200),
        }
    }

    pub(super) async fn connect(&mut self, hall: &Hall, person: usize) {
        let delay_ms = self.delay_ms();
        let person = &mut self.people[person];
        let connects = person.connect(hall, &self.journal, &self.arrivals, delay_ms);
        connects.await;
        self.story
            .tell(hall.clock.now(), format!("{} connects", person.name));
    }

    /// Who has the turn, where there are turns: mostly that one acts.
    fn whose_turn(&mut self) -> Option<usize> {
        let state = self.witness.state.as_ref()?;
        let phase = state.view(Viewer::Officer).public.phase?;
        let whose = state.bidder(phase.turn?.alias)?;
        let place = (0..self.bidders).find(|index| bidder(*index) == whose);
        place.filter(|_| self.random.random_bool(0.6))
    }

    fn moves(&mut self, hall: &Hall, person: usize) {
        let (delay_ms, now) = (self.delay_ms(), hall.clock.now());
        let one = &mut self.people[person];
        let in_time = tactics::at_the_end(&mut self.random, &one.public, now);
        let delay_ms = in_time.unwrap_or(delay_ms);
        let Viewer::Bidder(_) = one.viewer else {
            return;
        };
        let random = &mut self.random;
        let idle = !tactics::is_open(&one.public, now) && random.random_bool(0.85);
        if one.links.is_empty() {
            return;
        }
        let message = if one.own["accepted_terms"] == false && random.random_bool(0.9) {
            json!({"type": "accept-terms", "terms_hash": self.format.terms.hash()})
        } else if idle || tactics::waits(random, &one.public) {
            return;
        } else {
            tactics::act(random, &self.format.terms, &one.public, &one.own)
        };
        let link = random.random_range(0..one.links.len());
        self.story
            .tell(now, format!("{} (+{delay_ms} ms): {message}", one.name));
        one.ask(hall, link, message, delay_ms);
    }

    /// The same command once more, or another one under its id.
    fn asks_again(&mut self, hall: &Hall, person: usize) {
        let delay_ms = self.delay_ms();
        let one = &mut self.people[person];
        if one.asked.is_empty() || one.links.is_empty() {
            return;
        }
        let which = self.random.random_range(0..one.asked.len());
        let mut message = one.asked[which].message.clone();
        if self.random.random_bool(0.2) && message["type"] == "bid" {
            message["values"]["price"] = json!("77");
        }
        let link = self.random.random_range(0..one.links.len());
        self.story
            .tell(hall.clock.now(), format!("{} again: {message}", one.name));
        one.links[link].say(message, delay_ms);
    }

    /// A connection is lost at once, or the answers on it first.
    fn loses(&mut self, hall: &Hall, person: usize) {
        let one = &mut self.people[person];
        if one.links.is_empty() {
            return;
        }
        let link = self.random.random_range(0..one.links.len());
        if one.links[link].deaf || self.random.random_bool(0.6) {
            drop(one.links.remove(link));
            self.story
                .tell(hall.clock.now(), format!("{} loses a link", one.name));
        } else {
            one.links[link].deaf = true;
            self.story
                .tell(hall.clock.now(), format!("{} hears no answers", one.name));
        }
    }

    fn officer_acts(&mut self, hall: &Hall) {
        let delay_ms = self.delay_ms();
        let person = &mut self.people[self.bidders];
        let act = desk::act(&mut self.random, &person.public);
        self.story.tell(hall.clock.now(), format!("officer: {act}"));
        if !person.links.is_empty() {
            person.ask(hall, 0, json!({"type": "act", "act": act}), delay_ms);
        }
    }

    /// No more faults: everybody is there, and the auction goes to its end.
    async fn calm(&mut self, halls: &[Hall]) -> End {
        self.journal.set_faults(Faults::default());
        let began = halls[0].clock.now();
        self.story.tell(began, "from now on without faults");
        // What the storm prevented of the paperwork.
        let hall = self.one_of(halls);
        self.prepare(hall).await;
        loop {
            pass(300).await;
            self.hear();
            if has_failed(halls) {
                return End::JournalFailed;
            }
            let state = self.witness.state.as_ref().expect("it was founded");
            if state.is_sealed() {
                break;
            }
            let public = json!(state.view(Viewer::Officer).public);
            let hall = self.one_of(halls);
            let now = hall.clock.now();
            assert!(now < began.plus(CALM_MAX_MS), "it hangs: {public}");
            self.gather(hall).await;
            if let Some(act) = desk::helps(&public) {
                self.do_act(hall, act).await;
            }
            if public["state"] == "published" {
                self.prepare(hall).await;
            }
            if now < began.plus(BIDS_IN_CALM_MS) {
                let person = self.random.random_range(0..self.people.len());
                self.moves(hall, person);
            }
        }
        self.ends_well(halls).await;
        End::Sealed
    }

    /// Any node serves anyone.
    pub(super) fn one_of<'a>(&mut self, halls: &'a [Hall]) -> &'a Hall {
        &halls[self.random.random_range(0..halls.len())]
    }

    /// Everybody has one connection that is sound.
    async fn gather(&mut self, hall: &Hall) {
        for person in 0..self.people.len() {
            self.people[person].links.retain(|link| !link.deaf);
            if self.people[person].links.is_empty() {
                self.connect(hall, person).await;
            }
        }
    }
}

/// Whether a house said that its journal takes nothing more.
fn has_failed(halls: &[Hall]) -> bool {
    let failed = |hall: &Hall| hall.fatal.load(Ordering::Relaxed) > 0;
    halls.iter().any(failed)
}

fn faults(random: &mut StdRng) -> Faults {
    let hangs = random.random_bool(0.3);
    Faults {
        lost_permille: random.random_range(0..60),
        answer_lost_permille: random.random_range(0..60),
        unsynced_permille: random.random_range(0..100),
        sync_fails_permille: random.random_range(0..6),
        delay_max: Duration::from_millis(random.random_range(0..40)),
        hang_permille: if hangs { 15 } else { 0 },
        hang_max: Duration::from_millis(6_000),
    }
}
