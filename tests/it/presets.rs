//! Each preset played live: an officer asks the preset for terms, bidders come in over sockets and
//! bid to the end, an observer and the officer look on, and the published log proves it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::source::sources;
use std::collections::BTreeSet;

mod abroad;
mod clocks;
mod play;
mod podprogowe;
mod private;
mod pzp;
mod viewer;

/// A test for each preset, named as its file, and the list of them.
macro_rules! plays {
    ($($preset:ident: $play:path,)+) => {
        $(
            #[tokio::test]
            async fn $preset() {
                $play(&file_name(stringify!($preset))).await;
            }
        )+

        const PLAYED: &[&str] = &[$(stringify!($preset)),+];
    };
}

plays! {
    podprogowe_lowest_price: podprogowe::lowest_price,
    podprogowe_idle_close: podprogowe::idle_close,
    podprogowe_points: podprogowe::points,
    pzp_set_time: pzp::set_time,
    pzp_set_time_tie_break: pzp::set_time_and_tie_break,
    pzp_idle: pzp::idle,
    pzp_idle_tie_break: pzp::idle_and_tie_break,
    pzp_stages: pzp::stages,
    pzp_stages_tie_break: pzp::stages_and_tie_break,
    prozorro_three_rounds: abroad::prozorro,
    brazil_open: abroad::brazil_open,
    brazil_open_closed: abroad::brazil_open_closed,
    japanese: clocks::japanese,
    dutch: clocks::dutch,
    sealed: private::sealed,
    private_added_extension: private::added_extension,
    private_rank_only: private::rank_only,
}

fn file_name(test: &str) -> String {
    test.replace('_', "-")
}

#[test]
fn every_preset_is_played() {
    let played: BTreeSet<_> = PLAYED.iter().copied().map(file_name).collect();
    let files = sources("src/tender/presets", &[".json"]);
    let named = files.iter().map(|file| {
        let name = file.path.rsplit('/').next().unwrap();
        name.strip_suffix(".json").unwrap().to_owned()
    });
    assert_eq!(played, named.collect());
}
