//! "Did you mean": the allowed name that looks most like what was typed.

/// Below this likeness a suggestion confuses more than it helps: one slip in three letters is
/// above it.
const LIKE_ENOUGH: f64 = 0.6;

/// The name most like `given`, if one is like enough.
pub fn nearest<'a>(given: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    allowed
        .into_iter()
        .map(|name| (strsim::normalized_damerau_levenshtein(given, name), name))
        .filter(|(likeness, _)| *likeness > LIKE_ENOUGH)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// `"; did you mean \"ring\"?"`, or nothing.
pub fn did_you_mean<'a>(given: &str, allowed: impl IntoIterator<Item = &'a str>) -> String {
    nearest(given, allowed).map_or_else(String::new, |name| format!("; did you mean {name:?}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_nonsense_finds_none() {
        let names = ["sharding", "service", "gossip"];
        assert_eq!(nearest("shardng", names), Some("sharding"));
        assert_eq!(nearest("gosip", names), Some("gossip"));
        assert_eq!(nearest("xyz", names), None);
        assert_eq!(did_you_mean("servce", names), "; did you mean \"service\"?");
        assert_eq!(did_you_mean("", names), "");
    }
}
