//! The systems there are. Adding one takes a file and a line here.

use crate::SystemInfo;

static REGISTRY: &[&SystemInfo] = &[
    &crate::service::INFO,
    &crate::rate_limit::INFO,
    &crate::sharding::INFO,
    &crate::gossip::INFO,
    &crate::bully::INFO,
    &crate::quorum::INFO,
    &crate::registry::INFO,
    &crate::breaker::INFO,
    &crate::stampede::INFO,
];

/// Every system, in the order of the course.
pub fn registry() -> &'static [&'static SystemInfo] {
    REGISTRY
}

/// The system of a public name; none if there is none.
pub fn find(name: &str) -> Option<&'static SystemInfo> {
    REGISTRY.iter().copied().find(|info| info.name == name)
}

#[cfg(test)]
mod tests;
