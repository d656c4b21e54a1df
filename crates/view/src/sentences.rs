//! The view in words.
