//! ebok
