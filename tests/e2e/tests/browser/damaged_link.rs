//! A link that was changed on its way says so, and leads on.

use anyhow::{Context as _, Result, ensure};
use faultline_e2e::{Visit, visit};
use serde_json::json;

use super::support::layout;
use super::support::lesson;
use super::support::run::{make_a_run, shared};

/// Opens addresses one after the other and gives those that show no message. A hundred at a
/// time get a frame of their own, for browsers slow down a frame that goes to too many.
const OPEN_ALL: &str = "
    const [addresses, done] = arguments;
    const site = location.href.split('#')[0];
    const load = async (address) => {
        const frame = document.createElement('iframe');
        frame.src = site + '#' + address;
        document.body.append(frame);
        const start = performance.now();
        while (!frame.contentDocument?.querySelector('#main')) {
            if (performance.now() - start > 20000) throw new Error('nothing for ' + address);
            await new Promise((resolve) => setTimeout(resolve, 10));
        }
        return frame;
    };
    const open = async (frame, address) => {
        const window = frame.contentWindow;
        const went = new Promise((resolve) =>
            window.addEventListener('hashchange', resolve, { once: true }));
        window.location.hash = address;
        await went;
        const start = performance.now();
        do {
            // What says so loads the first time, and the page before is gone by then.
            await new Promise((resolve) => setTimeout(resolve));
            if (performance.now() - start > 20000) throw new Error('nothing for ' + address);
        } while (!frame.contentDocument.querySelector('#why, #stage'));
        const why = frame.contentDocument.getElementById('why');
        return why?.textContent.trim().length > 20 && frame.contentDocument.getElementById('afresh');
    };
    (async () => {
        const silent = [];
        for (let from = 0; from < addresses.length; from += 100) {
            const frame = await load('/');
            for (const address of addresses.slice(from, from + 100)) {
                if (!await open(frame, address)) silent.push(address);
            }
            frame.remove();
        }
        return silent;
    })().then(done, (error) => done([String(error)]));";

/// Copies of an address that differ in one character each: changed to another that it may
/// have, changed to one that it may not, and missing.
fn mangled(address: &str) -> Vec<String> {
    let characters: Vec<char> = address.chars().collect();
    let with = |place: usize, new: &str| {
        let (before, after) = (&characters[..place], &characters[place + 1..]);
        before.iter().collect::<String>() + new + &after.iter().collect::<String>()
    };
    let mut all = Vec::new();
    for (place, character) in characters.iter().enumerate() {
        all.push(with(place, if *character == 'a' { "b" } else { "a" }));
        all.push(with(place, "\u{fffd}"));
        all.push(with(place, ""));
    }
    all
}

#[tokio::test]
async fn a_damaged_link_says_so() -> Result<()> {
    visit("link-damaged", Visit::default(), async |page| {
        make_a_run(page).await?;
        let link = shared(page).await?;
        let part = link.split_once('#').context("no fragment")?.1;

        let all = mangled(part);
        ensure!(all.len() > 300, "only {} addresses", all.len());
        let silent = page
            .client
            .execute_async(OPEN_ALL, vec![json!(all)])
            .await?;
        let silent: Vec<String> = serde_json::from_value(silent)?;
        ensure!(
            silent.is_empty(),
            "{} of {} say nothing: {silent:#?}",
            silent.len(),
            all.len()
        );
        // The whole link has no message: it is not that every address gets one.
        let silent = page
            .client
            .execute_async(OPEN_ALL, vec![json!([part])])
            .await?;
        ensure!(silent == json!([part]), "the link itself is refused");

        // From nothing, as whoever gets such a link meets it.
        let (cut, _) = part.split_at(part.len() - 9);
        for bad in [cut, "/05-sharding?run=1.!", "/05-sharding?run=9.abc"] {
            page.open(&format!("#{bad}")).await?;
            page.wait_for("#why").await?;
            page.assert_accessible().await?;
            layout::assert_sound(page, "body", false, bad).await?;
        }
        // And on from there.
        page.click("#afresh").await?;
        lesson::shown(page).await?;

        page.open("#/99-none").await?;
        page.wait_for_text("#why", "99-none").await?;
        layout::assert_sound(page, "body", false, "an unknown lesson").await?;
        page.assert_accessible().await
    })
    .await
}
