//! After the seal: everybody sees the same, everything has its answer, and the published log proves
//! it.

use super::super::hall::{Hall, pass, signer};
use super::link::Link;
use super::person::Person;
use super::world::World;
use auction_rules::Viewer;
use auction_rules::log::Receipt;
use auction_rules::verify::{Expected, verify};
use futures_util::TryStreamExt;
use serde_json::json;
use std::sync::PoisonError;

/// Once a second, so often at most.
const TRIES: u32 = 60;

impl World {
    pub(super) async fn ends_well(&mut self, halls: &[Hall]) {
        // Delayed observers, and frames that wait for their time.
        pass(2_000).await;
        self.hear();
        let state = self.witness.state.clone().unwrap();
        for hall in halls {
            assert_eq!(hall.state().await.state_hash(), state.state_hash());
        }
        for person in &self.people {
            let view = json!(state.view(person.viewer).public);
            let sound = |link: &&Link| !link.deaf && link.f.is_some();
            for link in person.links.iter().filter(sound) {
                assert_eq!(link.public, view, "{} was left behind", person.name);
            }
        }
        self.everything_is_answered(halls).await;
        self.everybody_sees_the_same(halls).await;
        self.came_in_order();
        for hall in halls {
            self.the_log_proves_it(hall).await;
        }
    }

    fn came_in_order(&self) {
        let arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        self.witness.stands_in_order(&arrivals);
    }

    async fn everything_is_answered(&mut self, halls: &[Hall]) {
        for person in 0..self.people.len() {
            self.people[person].links.clear();
            let hall = self.one_of(halls);
            self.connect(hall, person).await;
        }
        for _ in 0..TRIES {
            pass(1_300).await;
            self.hear();
            for person in self
                .people
                .iter_mut()
                .filter(|person| !person.is_answered())
            {
                let open = person.asked.iter().filter(|asked| !asked.answered);
                for message in open.take(3).map(|asked| asked.message.clone()) {
                    person.links[0].say(message, 0);
                }
            }
            if self.people.iter().all(Person::is_answered) {
                return;
            }
        }
        panic!("something is never answered");
    }

    /// Whoever comes now is told the same as those who were there.
    async fn everybody_sees_the_same(&mut self, halls: &[Hall]) {
        let state = self.witness.state.clone().unwrap();
        for index in 0..self.people.len() {
            let viewer = self.people[index].viewer;
            let mut newcomer = Person::new(viewer, "newcomer".to_owned());
            let hall = self.one_of(halls);
            newcomer
                .connect(hall, &self.journal, &self.arrivals, 0)
                .await;
            pass(5).await;
            newcomer.hear(&mut self.witness);
            let view = state.view(viewer);
            assert_eq!(newcomer.public, json!(view.public));
            assert_eq!(newcomer.own, json!(view.own));
            let person = &self.people[index];
            assert_eq!(person.public, newcomer.public, "{}", person.name);
            assert_eq!(person.feed(), newcomer.feed(), "{}", person.name);
            if let Viewer::Bidder(bidder) = viewer {
                let commands = state.commands_of(bidder) as usize;
                assert_eq!(newcomer.receipts(), commands, "{}", person.name);
            }
        }
    }

    async fn the_log_proves_it(&self, hall: &Hall) {
        let Ok(published) = hall.house.published_log(&self.witness.auction, None).await else {
            panic!("a sealed log is published");
        };
        let parts: Vec<_> = published.try_collect().await.unwrap();
        let text = String::from_utf8(parts.concat()).unwrap();
        let receipts = self.witness.receipts.values();
        let receipts: Vec<Receipt> = receipts
            .map(|answer| serde_json::from_value(answer["receipt"].clone()).unwrap())
            .collect();
        let given = receipts.len();
        let expected = Expected {
            fingerprint: signer().fingerprint().parse().ok(),
            receipts,
            head: None,
        };
        let report = verify(&text, &expected).unwrap();
        assert_eq!(report.faults, []);
        assert_eq!((report.receipts, report.unopened), (given, 0));
        let state = self.witness.state.as_ref().unwrap();
        assert_eq!(report.result.as_ref(), state.result());
        assert_eq!(report.state_hash, Some(state.state_hash()));
        assert_eq!(report.entries, self.witness.entries.len() as u64);
    }
}
