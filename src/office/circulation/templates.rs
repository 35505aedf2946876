//! Beginnings of replies: texts with places for what the case knows.

use super::{Circulation, Clerk};
use crate::document::Lang;
use crate::document::words::day;
use crate::error::Problem;
use crate::store::cases::Case;
use crate::store::{cases, letters};
use serde::Deserialize;
use std::sync::LazyLock;

use super::replies::Draft;

static ALL: LazyLock<Vec<Template>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../data/replies.json")).unwrap_or_else(|error| {
        tracing::error!(%error, "the templates of replies cannot be read");
        Vec::new()
    })
});

/// A beginning of a reply.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its id, as in `missing-documents`.
    pub id: String,
    /// What it is called.
    pub name: auction_rules::Words,
    /// The subject, with its places.
    subject: String,
    /// The body, with its places.
    body: String,
}

/// All beginnings, in the order of their file.
#[must_use]
pub fn all() -> &'static [Template] {
    &ALL
}

impl Circulation {
    /// A reply as a template begins it: every place of it filled with what the case knows.
    ///
    /// # Errors
    /// No such case for this clerk or no such template, or the store is away.
    pub async fn begun(&self, clerk: &Clerk, case: &str, template: &str) -> Result<Draft, Problem> {
        let case = self.case_for(clerk, case).await?;
        let template = ALL.iter().find(|one| one.id == template);
        let template = template.ok_or(Problem::NotFound)?;
        let places = self.places(&case).await?;
        Ok(Draft {
            subject: filled(&template.subject, &places),
            body: filled(&template.body, &places),
        })
    }

    async fn places(&self, case: &Case) -> Result<Vec<(&'static str, String)>, Problem> {
        let first = cases::letters(&self.store, &case.id).await?;
        let first = match first.first() {
            Some(id) => letters::by_id(&self.store, id).await?,
            None => None,
        };
        let of_first =
            |of: fn(&letters::Letter) -> String| first.as_ref().map(of).unwrap_or_default();
        Ok(vec![
            ("{sign}", case.sign.clone()),
            ("{title}", case.title.clone()),
            ("{sender}", of_first(|one| one.sender.clone())),
            ("{number}", of_first(|one| one.number.to_string())),
            ("{received}", of_first(|one| day(one.received_at, Lang::Pl))),
        ])
    }
}

fn filled(text: &str, places: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    // What is put into one place is never searched for others.
    while let Some(start) = rest.find('{') {
        let (before, from) = rest.split_at(start);
        filled.push_str(before);
        let place = places.iter().find(|(name, _)| from.starts_with(name));
        let (put, length) = place.map_or(("{", 1), |(name, value)| (value.as_str(), name.len()));
        filled.push_str(put);
        rest = from.get(length..).unwrap_or_default();
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read_and_names_only_places_that_there_are() {
        assert!(all().len() >= 5);
        let known = ["{sign}", "{title}", "{sender}", "{number}", "{received}"];
        for template in all() {
            let places: Vec<_> = known.iter().map(|name| (*name, "x".to_owned())).collect();
            for text in [&template.subject, &template.body] {
                let text = filled(text, &places);
                assert!(!text.contains(['{', '}']), "{}: {text}", template.id);
            }
        }
    }

    #[test]
    fn what_is_put_into_a_place_is_not_searched() {
        let places = [
            ("{sender}", "{sign}".to_owned()),
            ("{sign}", "X".to_owned()),
        ];
        assert_eq!(filled("a {sender} b {sign} {c", &places), "a {sign} b X {c");
    }
}
