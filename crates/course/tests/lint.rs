//! Every rule of lesson folders has a bad lesson here that it must catch.

use faultline_course::Session;
use faultline_course::author::{Files, compile, lint};

/// A small lesson with one of everything, and no fault.
fn tiny() -> Files {
    [
        ("course.toml", include_str!("tiny/course.toml")),
        ("01-tiny/lesson.toml", include_str!("tiny/lesson.toml")),
        ("01-tiny/lesson.md", include_str!("tiny/lesson.md")),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into()
}

const TOML: &str = "01-tiny/lesson.toml";
const MD: &str = "01-tiny/lesson.md";

/// Replaces `from` in a file of the tiny lesson, once, and expects a fault that stands where
/// `at` is in the changed file (empty: at its start) and says `wanted`.
#[track_caller]
fn check(file: &str, from: &str, to: &str, at: &str, wanted: &str) {
    let mut files = tiny();
    let text = files.get_mut(file).expect("a file of the tiny lesson");
    assert!(text.contains(from), "{file} does not contain {from:?}");
    *text = text.replacen(from, to, 1);
    let offset = text
        .find(at)
        .unwrap_or_else(|| panic!("{at:?} is not in the changed {file}"));
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    expect(&files, &format!("{file}:{line}:{column}: "), wanted);
}

#[track_caller]
fn expect(files: &Files, place: &str, wanted: &str) {
    let faults: Vec<String> = lint(files, None).iter().map(ToString::to_string).collect();
    let found = faults
        .iter()
        .any(|fault| fault.starts_with(place) && fault.contains(wanted));
    assert!(
        found,
        "no fault at {place:?} with {wanted:?} among:\n{}",
        faults.join("\n")
    );
}

#[test]
fn the_tiny_lesson_has_no_fault() {
    let faults: Vec<String> = lint(&tiny(), None)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn a_lesson_opens_with_what_stands_on_its_timeline() {
    let mut files = tiny();
    let toml = files.get_mut(TOML).expect("the tiny lesson");
    let with = "open_at = \"3s\"\ntimeline = [{ at = \"1s\", command = \"add\" }]";
    *toml = toml.replacen("open_at = \"100ms\"", with, 1);
    let course = compile(&files).expect("no faults");
    let opening = course.lessons[0].opening();
    assert_eq!(opening.commands, [(1_000_000_000, "add".to_owned())]);
    let mut session = Session::open(&course, opening.clone()).expect("it opens");
    assert_eq!(session.lab(0).node_names().len(), 5);
    // It is the learner's to take off, and comes back with the lesson's beginning.
    let id = session.commands()[0].id;
    session.remove(id);
    assert_eq!(session.lab(0).node_names().len(), 4);
    session.reset().expect("the opening opens");
    assert_eq!(session.run(), opening);
}

#[test]
fn the_tiny_lesson_compiles_to_this() {
    let course = compile(&tiny()).expect("no faults");
    insta::assert_snapshot!(serde_json::to_string_pretty(&course).expect("plain data"));
}

#[test]
fn a_folder_has_these_files_and_no_others() {
    let with = |path: &str, text: &str| {
        let mut files = tiny();
        files.insert(path.to_owned(), text.to_owned());
        files
    };
    let without = |path: &str| {
        let mut files = tiny();
        files.remove(path);
        files
    };
    expect(&without("course.toml"), "course.toml:1:1: ", "missing");
    expect(&without(TOML), "01-tiny/lesson.toml:1:1: ", "missing");
    expect(&without(MD), "01-tiny/lesson.md:1:1: ", "missing");
    expect(&with("notes.txt", ""), "notes.txt:1:1: ", "no place here");
    expect(
        &with("01-tiny/evil.html", ""),
        "01-tiny/evil.html:1:1: ",
        "lesson.toml, lesson.md",
    );
    expect(
        &with("01-tiny/a/lesson.md", ""),
        "01-tiny/a/lesson.md:1:1: ",
        "no place in a lesson",
    );
    expect(
        &with("1-tiny/lesson.md", ""),
        "1-tiny/lesson.toml:1:1: ",
        "two digits, a hyphen",
    );
    expect(
        &with("02-Tiny/lesson.md", ""),
        "02-Tiny/lesson.toml:1:1: ",
        "two digits, a hyphen",
    );
    expect(
        &with(MD, &"x".repeat(65 * 1024)),
        "01-tiny/lesson.md:1:1: ",
        "at most 65536",
    );
    let mut twice = tiny();
    twice.insert("01-other/lesson.toml".into(), String::new());
    twice.insert("01-other/lesson.md".into(), String::new());
    expect(
        &twice,
        "01-tiny/lesson.toml:1:1: ",
        "the number 1 is taken by 01-other",
    );
}

#[test]
fn the_course_file_is_strict() {
    let check = |from: &str, to: &str, at: &str, wanted: &str| {
        check("course.toml", from, to, at, wanted);
    };
    check(
        "id",
        "ID",
        "ID",
        "unknown field `ID`, expected one of `id`, `title`, `summary`",
    );
    check(
        "\"The workshop\"",
        "\"\"",
        "[[tracks]]",
        "a track's title is empty",
    );
    let again = "summary = \"Building blocks.\"";
    let two = format!("{again}\n\n[[tracks]]\nid = \"workshop\"\ntitle = \"T\"\n{again}");
    check(
        again,
        &two,
        "[[tracks]]\nid = \"workshop\"\ntitle = \"T\"",
        "two tracks \"workshop\"",
    );
}

#[test]
fn the_schema_is_strict() {
    let check = |from: &str, to: &str, at: &str, wanted: &str| check(TOML, from, to, at, wanted);
    check(
        "minutes = 5",
        "minutes = 5\ncolour = 1",
        "colour",
        "unknown field `colour`, expected",
    );
    check("minutes = 5\n", "", "", "missing field `minutes`");
    check("minutes = 5", "minutes = \"5\"", "\"5\"", "expected");
    check("minutes = 5", "minutes = ", "\nsystem", "");
    check("seed = 7", "seed = -7", "-7", "expected u64");
    check(
        "set = { strategy",
        "sets = { strategy",
        "sets",
        "unknown field `sets`",
    );
    check(
        "is = \"above\"",
        "is = \"more\"",
        "\"more\"",
        "unknown variant `more`, expected one of",
    );
    check(
        "value = 50",
        "value = [50]",
        "[50]",
        "expected text, a number, true or false",
    );
    check(
        "keys = 100",
        "keys = 100\nkeys = 200",
        "keys = 200",
        "duplicate key",
    );
}

#[test]
fn texts_have_limits() {
    let check = |from: &str, to: &str, at: &str, wanted: &str| check(TOML, from, to, at, wanted);
    let long = "x".repeat(81);
    check(
        "A tiny lesson",
        &long,
        "\"xxx",
        "title has 81 characters; at most 80 are allowed",
    );
    check("\"Module 1\"", "\"\"", "\"\"", "kicker is empty");
    check(
        "\"Tiny\"",
        "\" Tiny\"",
        "\" Tiny\"",
        "begins or ends with a space",
    );
    check(
        "\"Tiny\"",
        "\"Ti\\nny\"",
        "\"Ti\\nny\"",
        "line break or control character",
    );
    check(
        "See a node join.",
        "See it. Say it.",
        "\"See",
        "one sentence",
    );
    check(
        "See a node join.",
        "See a node join",
        "\"See",
        "one sentence, ending in . ! or ?",
    );
    check("minutes = 5", "minutes = 0", "0\nsystem", "from 1 to 120");
    check(
        "speed = 0.5",
        "speed = 0.0",
        "0.0\n",
        "speed is a number from 0.001 to 1000",
    );
    check("speed = 0.5", "speed = nan", "nan", "speed is a number");
}

#[test]
fn names_are_those_of_the_registry() {
    let check = |from: &str, to: &str, at: &str, wanted: &str| check(TOML, from, to, at, wanted);
    check(
        "track = \"workshop\"",
        "track = \"x\"",
        "\"x\"",
        "no such track; allowed: workshop",
    );
    check(
        "system = \"sharding\"",
        "system = \"x\"",
        "\"x\"",
        "no such system; allowed: service, rate-limit, sharding",
    );
    check(
        "change = \"none\"",
        "changes = \"none\"",
        "changes",
        "'changes' is not a parameter",
    );
    check(
        "change = \"none\"",
        "change = \"x\"",
        "\"x\"",
        "use add, remove or none",
    );
    check(
        "strategy = \"modulo\"",
        "strategy = \"x\"",
        "\"x\"",
        "use modulo, ring",
    );
    check(
        "set = { keys = 200 }",
        "set = { keys = 0 }",
        "0 } }]",
        "a whole number from 1",
    );
    check(
        "\"keys\", \"strategy\"",
        "\"key\"",
        "\"key\"",
        "\"key\" is not a parameter; allowed:",
    );
    check(
        "\"keys\", \"strategy\"",
        "\"keys\", \"keys\"",
        "\"keys\"]",
        "listed twice",
    );
    let both = "id = \"right\"\nset = { strategy = \"ring\" }";
    check(
        "id = \"right\"",
        both,
        "\"strategy\"]",
        "every pane sets \"strategy\" itself",
    );
    check(
        "\"keys_moved\"",
        "\"moved\"",
        "\"moved\"",
        "no metric \"moved\"; allowed: keys_total",
    );
    check("node.D.keys", "node.D.key", "\"node.D.key\"", "no metric");
    check(
        "property.no_key",
        "property.key",
        "\"property.key",
        "allowed: no_key_lost",
    );
    check(
        "value = \"open\"",
        "value = \"fine\"",
        "\"fine\"",
        "\"held\" or \"violated\"",
    );
    check(
        "param.keys",
        "param.key",
        "\"param.key\"",
        "no parameter \"key\"",
    );
    check(
        "value = 200",
        "value = 0",
        "0 }]\n\n[[failures",
        "a whole number from 1",
    );
    check(
        "pane = \"right\"",
        "pane = \"x\"",
        "\"x\"",
        "no such pane; allowed: left, right",
    );
    check("value = 50", "value = \"many\"", "\"many\"", "not a number");
}

#[test]
fn times_fit_the_lesson() {
    let check = |from: &str, to: &str, at: &str, wanted: &str| check(TOML, from, to, at, wanted);
    check(
        "duration = \"10s\"",
        "duration = \"10\"",
        "\"10\"",
        "no known unit",
    );
    check(
        "duration = \"10s\"",
        "duration = \"0s\"",
        "\"0s\"",
        "more than 0s",
    );
    check(
        "open_at = \"100ms\"",
        "open_at = \"11s\"",
        "\"11s\"",
        "at most the duration, 10s",
    );
    check(
        "open_at = \"100ms\"",
        "timeline = [{ at = \"11s\", command = \"add\" }]",
        "\"11s\"",
        "at is at most the duration, 10s",
    );
    check(
        "open_at = \"100ms\"",
        "timeline = [{ at = \"2s\", command = \"add\" }, { at = \"1s\", command = \"remove B\" }]",
        "\"1s\"",
        "in the order of their times",
    );
    check(
        "open_at = \"100ms\"",
        "timeline = [{ at = \"2s\", command = \"jump\" }]",
        "\"sharding\"",
        "does not open",
    );
    check(
        "play = \"100ms\"",
        "play = \"11s\"",
        "\"11s\"",
        "play is at most the duration, 10s",
    );
    check(
        "play = \"1s\" }",
        "play = \"soon\" }",
        "\"soon\"",
        "expected a number and a unit",
    );
    check(
        "play = \"1s\" }",
        "play = \"10s\" }",
        "\"Add a node\"",
        "past the lesson's end at 10s",
    );
}

#[test]
fn steps_and_panes_are_well_formed() {
    let check = |from: &str, to: &str, at: &str, wanted: &str| check(TOML, from, to, at, wanted);
    check(
        "id = \"right\"",
        "id = \"left\"",
        "\"left\"\n\n[[steps",
        "two panes \"left\"",
    );
    check(
        "id = \"right\"",
        "id = \"Right\"",
        "\"Right\"",
        "a-z 0-9 - _",
    );
    let panes = "[[panes]]\nid = \"b\"\n[[panes]]\nid = \"c\"\n[[panes]]\nid = \"right\"";
    check(
        "[[panes]]\nid = \"right\"",
        panes,
        "\"right\"\n\n",
        "at most 3 panes",
    );
    check(
        "id = \"more\"",
        "id = \"grow\"",
        "\"grow\"\nactions = [{",
        "two steps \"grow\"",
    );
    check(
        "id = \"more\"",
        "id = \"even more\"",
        "\"even more\"",
        "a-z 0-9 - _",
    );
    let more = (0..6)
        .map(|i| format!("[[steps]]\nid = \"s{i}\"\n"))
        .collect::<String>();
    let more = format!("{more}\n[[failures]]");
    check(
        "[[failures]]",
        &more,
        "\"ask\"",
        "has 9 steps; 3 to 8 are allowed",
    );
    check(
        "actions = [{ label = \"Ask\"",
        "# [{ label = \"Ask\"",
        "\"ask\"",
        "1 to 4 actions",
    );
    check(
        "set = { keys = 200 }",
        "",
        "\"More keys\"",
        "this button does nothing",
    );
    check("\"Ask\"", "\"\"", "\"\"", "a button's label is empty");
    check(
        "answer = \"Much\"",
        "answer = \"3\"",
        "\"3\"",
        "one of the options: Little, Much",
    );
    check(
        "[\"Little\", \"Much\"]",
        "[\"Much\"]",
        "[\"Much\"]",
        "2 to 4 options",
    );
    check(
        "\"Little\"",
        "\"Much\"",
        "\"Much\"], answer",
        "\"Much\" is there twice",
    );
    let first = "label = \"Crash A\"";
    let nine = format!("{first}\nplay = \"1s\"\n[[failures]]\n").repeat(8) + first;
    let last = "\"Crash A\"\ncommands";
    check(first, &nine, last, "at most 8 failures");
}

#[test]
fn both_files_have_the_same_steps() {
    check(
        MD,
        "### more",
        "### less",
        "### less",
        "no step \"less\" in lesson.toml, which has: ask",
    );
    check(
        TOML,
        "id = \"more\"",
        "id = \"less\"",
        "\"less\"",
        "no ### less under ## Steps",
    );
    check(
        MD,
        "### more",
        "### grow",
        "### grow\n\nTake",
        "\"grow\" is written twice",
    );
    let mut files = tiny();
    let text = files.get_mut(MD).expect("a file of the tiny lesson");
    *text = text
        .replacen("### ask", "### x", 1)
        .replacen("### grow", "### ask", 1);
    *text = text.replacen("### x", "### grow", 1);
    expect(&files, "01-tiny/lesson.md:9:1: ", "another order");
}

#[test]
fn prose_has_its_sections() {
    let check = |from: &str, to: &str, at: &str, wanted: &str| check(MD, from, to, at, wanted);
    check(
        "## Remember",
        "## Recall",
        "## Recall",
        "\"Recall\" is not a section; allowed: Steps,",
    );
    check(
        "## Notes",
        "## Steps",
        "## Steps\n\nWait",
        "too late or twice",
    );
    check(
        "Nodes grow.",
        "",
        "## Remember",
        "nothing under ## Remember",
    );
    check(
        "See [it again](../01-tiny/lesson.md).",
        "",
        "## Read on",
        "nothing under ## Read on",
    );
    check(
        "## Steps\n",
        "## Steps\n\nText.\n",
        "## Steps",
        "belongs to a step",
    );
    check(
        "Two *clusters*",
        "# Title\n\nTwo",
        "# Title",
        "title stands in lesson.toml",
    );
    check("- a list", "### x\n\n- a list", "### x", "names a step");
    check("- a list", "---\n\n- a list", "---", "once within a step");
    check(
        "It answered.",
        "It did.\n\n---\n\nX.",
        "---\n\nX.",
        "once within a step",
    );
    check("Ask it.", "", "### ask", "does not say what to do");
    check(
        "---\n\nIt answered.",
        "",
        "### ask",
        "does not say what was seen",
    );
    let mut files = tiny();
    let text = files.get_mut(MD).expect("a file of the tiny lesson");
    *text = text[text.find("## Steps").expect("steps")..].to_owned();
    expect(&files, "01-tiny/lesson.md:1:1: ", "no introduction");
}

#[test]
fn prose_is_plain() {
    let check = |from: &str, to: &str, at: &str, wanted: &str| check(MD, from, to, at, wanted);
    check(
        "Ask it.",
        "<script>x</script>",
        "<script>",
        "HTML is not allowed",
    );
    check("Ask it.", "Ask <b>it</b>.", "<b>", "HTML is not allowed");
    check(
        "Ask it.",
        "- Ask\n\n  <div>it</div>",
        "<div>",
        "HTML is not allowed",
    );
    check("Ask it.", "Ask <!-- it -->.", "<!--", "HTML is not allowed");
    check(
        "Ask it.",
        "![it](https://example.org/x.png)",
        "![it]",
        "pictures are not allowed",
    );
    check(
        "Ask it.",
        "- Ask ![it](x.png)",
        "![it]",
        "pictures are not allowed",
    );
    for to in [
        "http://example.org",
        "javascript:alert(1)",
        "//example.org",
        "/etc",
        "02-other",
        "../01-other/lesson.md",
        "https://",
        "https:///x",
        "https://a\\b",
        "data:text/html,x",
        "#ask",
        "",
    ] {
        let link = format!("[it]({to})");
        check(
            "Ask it.",
            &link,
            "[it](",
            "allowed are https:// addresses and lessons (01-tiny)",
        );
    }
    check("Ask it.", "<me@example.org>", "<me@", "a link to");
    check("Ask it.", "Ask\\\nit.", "\\\nit", "start a new paragraph");
    check("1. Add it.\n2. ", "3. Add it.\n4. ", "3. Add", "start at 1");
    let deep = "> ".repeat(12) + "Ask it.";
    let mut files = tiny();
    let text = files.get_mut(MD).expect("a file of the tiny lesson");
    *text = text.replacen("Ask it.", &deep, 1);
    expect(&files, "01-tiny/lesson.md:11:", "at most 6 deep");
}

#[test]
fn lessons_must_be_playable() {
    let check = |from: &str, to: &str, at: &str, wanted: &str| check(TOML, from, to, at, wanted);
    let met = "\"keys_moved\", is = \"below\"";
    check(
        "\"keys_moved\", is = \"above\"",
        met,
        "\"keys_moved\"",
        "holds before the step's action (found: 0)",
    );
    check(
        "value = 50",
        "value = 100",
        "\"keys_moved\"",
        "does not hold after the step's actions",
    );
    check(
        "node.D.keys",
        "node.F.keys",
        "\"node.F.keys\"",
        "there is no such value then",
    );
    check(
        ", already = true",
        "",
        "\"property.no",
        "mark it already = true",
    );
    check(
        "value = \"open\"",
        "value = \"violated\"",
        "\"property.no",
        "does not hold after",
    );
    check(
        "[\"lookup x\"]",
        "[\"look x\"]",
        "\"Ask\"",
        "this button does not work: at 0.1s",
    );
    check(
        "\"add E\"",
        "\"crash Z\"",
        "\"Add two\"",
        "this button does not work",
    );
    check(
        "[\"crash A\"]",
        "[\"crash D\"]",
        "\"Crash A\"",
        "this button does not work",
    );
    check(
        "value = 200",
        "value = 200, already = true",
        "\"more\"",
        "all checks hold already",
    );
}

#[test]
fn any_text_as_a_file_gives_faults_and_no_panic() {
    // Every file cut at every place, and with every byte replaced by a bracket.
    let files = tiny();
    for (path, text) in &files {
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            let cut = text[..at].to_owned();
            let bracket = format!("{}[{}", &text[..at], &text[(at + 1).min(text.len())..]);
            for changed in [cut, bracket] {
                let mut files = files.clone();
                files.insert(path.clone(), changed);
                let _ = compile(&files);
            }
        }
    }
}

/// The description for authors keeps up with the schema.
#[test]
fn the_description_of_lesson_folders_names_every_field() {
    let described = include_str!("../../../docs/lessons.md");
    let places = [
        (TOML, "minutes = 5"),
        (TOML, "id = \"left\""),
        (TOML, "id = \"ask\""),
        (TOML, "label = \"Crash A\""),
        (TOML, "metric = \"keys_moved\""),
        (TOML, "question = \"How much moves?\""),
        ("course.toml", "id = \"workshop\""),
    ];
    for (file, field) in places {
        let mut files = tiny();
        let text = files.get_mut(file).expect("a file of the tiny lesson");
        // A field that is not there makes the reader list those that are.
        let comma = if text.contains(&format!("{field},")) || text.contains(&format!("{field}, ")) {
            ", "
        } else {
            "\n"
        };
        *text = text.replacen(field, &format!("{field}{comma}unheard_of = 1"), 1);
        let faults = lint(&files, None);
        let unheard = |fault: &&faultline_course::Fault| fault.message.contains("unheard_of");
        let message = &faults.iter().find(unheard).expect("a fault").message;
        let fields: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        assert!(fields.len() >= 2, "{message}");
        for name in fields {
            let (word, table) = (format!("`{name}`"), format!("[{name}]"));
            assert!(
                described.contains(&word) || described.contains(&table),
                "docs/lessons.md does not name {name}"
            );
        }
    }
}
