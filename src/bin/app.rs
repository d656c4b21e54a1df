//! The page's program.

fn main() {
    faultline::start();
}
