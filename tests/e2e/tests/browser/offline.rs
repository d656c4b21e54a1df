//! The network comes and goes: the page is kept on the device, says when there is a new version
//! of it, and asks again for what did not load.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use anyhow::{Context as _, Result, ensure};
use faultline_e2e::{Page, Visit, visit};
use serde_json::json;

use super::support::lesson::{self, SHARDING, action};

/// A copy of the site that a test may change, in a folder of its host.
struct Copy(PathBuf);

impl Copy {
    fn new(name: &str) -> Result<Self> {
        let copy = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        copy.remove()?;
        let dist = env::var_os("FAULTLINE_DIST").context("FAULTLINE_DIST is not set")?;
        copy_folder(Path::new(&dist), &copy.0)?;
        Ok(copy)
    }

    fn visit(&self) -> Visit {
        Visit {
            folder: Some(self.0.clone()),
            base: "/faultline/",
            at_start: true,
            keeps: true,
            ..Visit::default()
        }
    }

    /// From now on the server has nothing.
    fn remove(&self) -> Result<()> {
        match fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// Runs JavaScript that gives a promise, and waits for what it gives.
async fn awaited(page: &Page, promise: &str) -> Result<serde_json::Value> {
    let script = format!("({promise}).then(arguments[0], (error) => arguments[0](String(error)));");
    Ok(page.client.execute_async(&script, Vec::new()).await?)
}

/// Waits until the site is kept on the device and answers the page's requests.
async fn kept(page: &Page) -> Result<()> {
    let controlled = "new Promise((done) => {
        const worker = navigator.serviceWorker;
        if (worker.controller) done(true);
        else worker.addEventListener('controllerchange', () => done(true));
    })";
    let kept = awaited(page, controlled).await?;
    ensure!(kept == true, "the site is not kept: {kept}");
    Ok(())
}

/// The names of what the browser keeps for the site.
async fn versions(page: &Page) -> Result<Vec<String>> {
    Ok(serde_json::from_value(
        awaited(page, "caches.keys()").await?,
    )?)
}

#[tokio::test]
async fn after_one_visit_the_page_needs_no_network() -> Result<()> {
    let site = Copy::new("offline")?;
    visit("offline", site.visit(), async |page| {
        kept(page).await?;
        page.assert_clean().await?;
        let off = json!({
            "offline": true, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0,
        });
        page.devtools("Network.emulateNetworkConditions", off)
            .await?;
        // What the service worker itself asks for does not fall under the page's conditions.
        site.remove()?;

        page.open("").await?;
        page.wait_for("#app:not(:has(#starting)) h1").await?;
        lesson::open(page, SHARDING).await?;
        lesson::hurry(page).await?;
        page.click(&action("look-up", 1)).await?;
        page.wait_for("[data-step='look-up'].done").await?;
        page.client.refresh().await?;
        lesson::shown(page).await?;
        ensure!(lesson::is_done(page, "look-up").await?, "progress is lost");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_new_version_waits_for_the_readers_word() -> Result<()> {
    let site = Copy::new("new-version")?;
    visit("new-version", site.visit(), async |page| {
        kept(page).await?;
        lesson::open(page, SHARDING).await?;
        for _ in 0..3 {
            page.click("#press-forward").await?;
        }
        let before = lesson::moment(page).await?;
        lesson::address(page).await?;
        let old = versions(page).await?;
        ensure!(old.len() == 1, "kept: {old:?}");

        set_version(&site.0.join("sw.js"), "newer")?;
        awaited(
            page,
            "navigator.serviceWorker.getRegistration().then((found) => found.update())",
        )
        .await?;
        page.wait_for_text(".notice", "new version").await?;
        page.assert_accessible().await?;
        // The notice takes some room from the picture, and nothing else changes.
        ensure!(
            lesson::time(page).await? == before.time,
            "the page changed before the reader said so"
        );
        page.run("window.old = true;").await?;
        page.click("#take-over").await?;
        while page.run("return window.old === true;").await? == true {}
        lesson::shown(page).await?;
        let after = lesson::moment(page).await?;
        ensure!(
            after == before,
            "before {before:?}, in the new version {after:?}"
        );
        let new = versions(page).await?;
        ensure!(new.len() == 1 && new[0].ends_with("newer"), "kept: {new:?}");
        Ok(())
    })
    .await
}

/// Gives the service worker of a site another version.
fn set_version(script: &Path, version: &str) -> Result<()> {
    let text = fs::read_to_string(script)?;
    let (head, rest) = text.split_once("VERSION").context("no version")?;
    let (between, rest) = rest.split_once('"').context("no version")?;
    let (_, tail) = rest.split_once('"').context("no version")?;
    Ok(fs::write(
        script,
        format!("{head}VERSION{between}\"{version}\"{tail}"),
    )?)
}

#[tokio::test]
async fn a_part_that_did_not_load_is_asked_for_again() -> Result<()> {
    visit("part-unloaded", Visit::default(), async |page| {
        let bypass = json!({ "bypass": true });
        page.devtools("Network.setBypassServiceWorker", bypass)
            .await?;
        page.devtools("Network.setCacheDisabled", json!({ "cacheDisabled": true }))
            .await?;
        let block = |urls: &[&str]| json!({ "urls": urls });
        page.devtools("Network.setBlockedURLs", block(&["*/on-demand/*.wasm"]))
            .await?;
        page.open(SHARDING).await?;
        page.wait_for_text("#why", "did not load").await?;
        page.assert_accessible().await?;
        // Another try without a network gives the same answer, and no harm is done.
        page.click("#retry").await?;
        page.wait_for_text("#why", "did not load").await?;
        page.console().await?;
        page.devtools("Network.setBlockedURLs", block(&[])).await?;
        page.click("#retry").await?;
        lesson::shown(page).await
    })
    .await
}
