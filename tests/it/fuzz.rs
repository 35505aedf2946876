//! Bounded runs of the fuzz targets of `fuzz/`; that of the logs runs with the rules.

use ebok::auction::protocol::FromClient;
use proptest::prelude::*;

#[path = "../../fuzz/bodies/edit.rs"]
mod edit;
#[path = "../../fuzz/bodies/scenario.rs"]
mod scenario;
#[path = "../../fuzz/bodies/wire.rs"]
mod wire;

#[test]
fn the_good_messages_are_read() {
    for message in wire::GOOD {
        serde_json::from_str::<FromClient>(message).expect(message);
    }
}

/// A few bytes put, inserted or taken out, most of them characters.
fn edits() -> impl Strategy<Value = Vec<edit::Edit>> {
    let byte = prop_oneof![any::<u8>(), b' '..=b'~', b'0'..=b'9'];
    prop::collection::vec((any::<u8>(), any::<u32>(), byte), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_bytes_are_a_message_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        wire::any(&bytes);
    }

    #[test]
    fn a_changed_message_is_answered(which in 0..wire::GOOD.len(), edits in edits()) {
        wire::changed(which, &edits);
    }

    #[test]
    fn any_bytes_are_a_scenario_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        scenario::any(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_changed_scenario_is_played_or_refused(which in 0..scenario::GOOD.len(), edits in edits()) {
        scenario::changed(which, &edits);
    }
}
