//! A bidder's log-in: issued as a letter, blocked with a reason, opened again.

use super::bidder::place;
use super::deed::{Deed, Doer, Question};
use super::done;
use crate::error::Problem;
use crate::store::bidders::BidderRow;
use crate::store::credentials;
use crate::tender::Desk;
use crate::tender::bidders::Issue;
use crate::web::papers;
use crate::web::visit::Visit;
use axum::response::{IntoResponse, Response};

/// Keeps a bidder out.
pub(in crate::web) struct Block(BidderRow);

impl Deed for Block {
    type Path = (String, String);

    async fn find(desk: &Desk, (tender, bidder): Self::Path) -> Result<Self, Problem> {
        Ok(Self(desk.bidder(&tender, &bidder).await?))
    }

    fn question(&self, visit: &Visit) -> Question {
        Question {
            back: place(&self.0),
            heading: visit.say_of("desk-block-question", "name", &self.0.identity.name),
            about: visit.say("desk-block-about"),
            button: visit.say("desk-block"),
            asks_reason: true,
            is_dangerous: true,
        }
    }

    async fn act(&self, doer: &Doer<'_>) -> Result<Response, Problem> {
        let Self(bidder) = self;
        let desk = doer.desk;
        desk.block(doer.officer, &bidder.tender, &bidder.id, &doer.reason)
            .await?;
        Ok(doer.visit.go(&done(&place(bidder))))
    }
}

/// Lets a bidder in again.
pub(in crate::web) struct Unblock(BidderRow);

impl Deed for Unblock {
    type Path = (String, String);

    async fn find(desk: &Desk, (tender, bidder): Self::Path) -> Result<Self, Problem> {
        Ok(Self(desk.bidder(&tender, &bidder).await?))
    }

    fn question(&self, visit: &Visit) -> Question {
        Question {
            back: place(&self.0),
            heading: visit.say_of("desk-unblock-question", "name", &self.0.identity.name),
            about: visit.say("desk-unblock-about"),
            button: visit.say("desk-unblock"),
            asks_reason: false,
            is_dangerous: false,
        }
    }

    async fn act(&self, doer: &Doer<'_>) -> Result<Response, Problem> {
        let Self(bidder) = self;
        doer.desk
            .unblock(doer.officer, &bidder.tender, &bidder.id)
            .await?;
        Ok(doer.visit.go(&done(&place(bidder))))
    }
}

/// Issues a log-in and answers with the letter: the password stands nowhere else.
pub(in crate::web) struct IssueLetter {
    bidder: BidderRow,
    /// An earlier log-in loses its force.
    is_again: bool,
}

impl Deed for IssueLetter {
    type Path = (String, String);

    async fn find(desk: &Desk, (tender, bidder): Self::Path) -> Result<Self, Problem> {
        let bidder = desk.bidder(&tender, &bidder).await?;
        let is_again = credentials::is_issued(&desk.store, &bidder.id).await?;
        Ok(Self { bidder, is_again })
    }

    fn question(&self, visit: &Visit) -> Question {
        let (heading, about) = match self.is_again {
            true => ("desk-reissue-question", "desk-reissue-about"),
            false => ("desk-issue-question", "desk-issue-about"),
        };
        Question {
            back: place(&self.bidder),
            heading: visit.say_of(heading, "name", &self.bidder.identity.name),
            about: visit.say(about),
            button: visit.say("desk-issue"),
            asks_reason: self.is_again,
            is_dangerous: false,
        }
    }

    async fn act(&self, doer: &Doer<'_>) -> Result<Response, Problem> {
        let order = Issue {
            bidder: self.bidder.id.clone(),
            change_required: true,
            reason: doer.reason.clone(),
        };
        let letter =
            papers::issue_letter(doer.state, doer.officer, &self.bidder.tender, &order).await?;
        Ok(letter.into_response())
    }
}
