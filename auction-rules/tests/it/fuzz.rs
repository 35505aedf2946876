//! Bounded runs of the fuzz targets of `fuzz/` that are the rules' own.

use crate::tampering::KINDS;
use proptest::prelude::*;

#[path = "../../../fuzz/bodies/edit.rs"]
mod edit;
#[path = "../../../fuzz/bodies/log.rs"]
mod log;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_bytes_are_no_log(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        log::any(&bytes);
    }

    /// One byte put, inserted or taken out.
    #[test]
    fn a_changed_byte_of_a_log_is_named_or_means_the_same(
        kind in 0..KINDS.len(),
        how in any::<u8>(),
        place in any::<u32>(),
        byte in prop_oneof![any::<u8>(), prop::char::range(' ', '~').prop_map(|c| c as u8)],
    ) {
        log::changed(kind, &[(how, place, byte)]);
    }
}
