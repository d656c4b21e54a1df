//! The finished page in a real browser; one module for each concern.

mod browser {
    mod canary;
    mod start;
}
