//! What texts keep to.

/// Why a text will not do as a title or label; none if it will.
pub(in crate::author) fn text_problem(text: &str, most: usize) -> Option<String> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        Some("is empty".to_owned())
    } else if length > most {
        Some(format!(
            "has {length} characters; at most {most} are allowed"
        ))
    } else if text.chars().any(char::is_control) {
        Some("holds a line break or control character".to_owned())
    } else if text.trim() != text {
        Some("begins or ends with a space".to_owned())
    } else {
        None
    }
}

/// One end mark, at the end.
pub(super) fn is_one_sentence(text: &str) -> bool {
    let Some(body) = text.strip_suffix(['.', '!', '?']) else {
        return false;
    };
    // "1.5" and "e.g. this" are within a sentence; an end mark before a capital is not.
    let words: Vec<&str> = body.split_whitespace().collect();
    !body.ends_with(['.', '!', '?'])
        && words.windows(2).all(|pair| {
            !(pair[0].ends_with(['.', '!', '?']) && pair[1].starts_with(char::is_uppercase))
        })
}

/// Names for a message.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sentence_is_told_from_two() {
        for text in [
            "A node joins.",
            "Version 1.5 runs!",
            "Why? no, when?",
            "See e.g. this.",
        ] {
            assert!(is_one_sentence(text), "{text}");
        }
        for text in [
            "A node joins",
            "A node joins. It leaves.",
            "What? Why?",
            "",
            "So...",
        ] {
            assert!(!is_one_sentence(text), "{text}");
        }
    }
}
