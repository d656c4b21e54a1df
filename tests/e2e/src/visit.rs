//! One visit: a server, a browser window, and what must hold at the end.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result};
use futures_util::FutureExt as _;

use crate::{Page, Site, browsers, dist};

/// How a visitor comes to the page.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The folder to serve instead of the finished site.
    pub folder: Option<PathBuf>,
    /// The folder of the site on its host.
    pub base: &'static str,
    /// The visible part of the page, in CSS pixels.
    pub size: (u32, u32),
    /// Whether the visitor prefers a dark page.
    pub dark: bool,
    /// Whether the visitor prefers reduced motion.
    pub still: bool,
    /// Whether the start page is opened before the test begins. Most go to a lesson at once.
    pub at_start: bool,
    /// Whether the page may keep itself on the device. It loads all of the site to do so, which
    /// most tests have no use for: as a rule the visitor is one who pays for every byte.
    pub keeps: bool,
}

impl Default for Visit {
    /// A laptop, a light page, a site in the root folder.
    fn default() -> Self {
        Self {
            folder: None,
            base: "/",
            size: (1280, 800),
            dark: false,
            still: false,
            at_start: false,
            keeps: false,
        }
    }
}

impl Visit {
    /// Begins at the start page.
    pub fn at_start() -> Self {
        Self {
            at_start: true,
            ..Self::default()
        }
    }
}

/// What a browser says whose user wants to save data.
const SAVES_DATA: &str = "Object.defineProperty(NetworkInformation.prototype, 'saveData', \
                          { get: () => true });";

/// Runs the test, and checks that the console is empty
/// and that no other host was asked for anything.
///
/// The browser has no trace of other visits, and is closed if the test fails; that leaves a
/// picture named `failed-<name>`.
pub async fn visit<Test>(name: &str, visit: Visit, mut test: Test) -> Result<()>
where
    Test: AsyncFnMut(&Page) -> Result<()>,
{
    match one_visit(name, &visit, &mut test).await {
        // One browser that dies in a whole run says nothing of the page; a second one does.
        Err(error) if lost_its_browser(&error) && !LOST_ONE.swap(true, Ordering::Relaxed) => {
            eprintln!("{name}: the browser was lost; once more: {error:#}");
            one_visit(name, &visit, &mut test).await
        }
        result => result,
    }
}

/// Whether a visit of this run has lost its browser.
static LOST_ONE: AtomicBool = AtomicBool::new(false);

/// Whether a visit failed because there was no browser any more.
fn lost_its_browser(error: &anyhow::Error) -> bool {
    let text = format!("{error:#}");
    ["disconnected", "invalid session id"]
        .iter()
        .any(|words| text.contains(words))
}

async fn one_visit<Test>(name: &str, visit: &Visit, test: &mut Test) -> Result<()>
where
    Test: AsyncFnMut(&Page) -> Result<()>,
{
    let folder = match &visit.folder {
        Some(folder) => folder.clone(),
        None => dist()?,
    };
    let site = Site::new(&folder, visit.base)?;
    let client = browsers::take().await?;
    let page = Page::new(client.clone(), site.address());
    let checked = async {
        page.resize(visit.size.0, visit.size.1).await?;
        let scheme = if visit.dark { "dark" } else { "light" };
        let motion = if visit.still {
            "reduce"
        } else {
            "no-preference"
        };
        page.prefer(&[
            ("prefers-color-scheme", scheme),
            ("prefers-reduced-motion", motion),
        ])
        .await?;
        if !visit.keeps {
            page.before_load(SAVES_DATA).await?;
        }
        if visit.at_start {
            page.open("").await?;
        }
        test(&page).await?;
        page.assert_clean().await
    };
    let result = AssertUnwindSafe(checked).catch_unwind().await;
    if !matches!(result, Ok(Ok(()))) {
        match page.picture(&format!("failed-{name}")).await {
            Ok(path) => eprintln!("{name}: a picture is in {}", path.display()),
            Err(error) => eprintln!("{name}: no picture: {error:#}"),
        }
        if let Ok(complaints) = page.console().await {
            eprintln!("{name}: the console says {complaints:#?}");
        }
    }
    // A browser that keeps a site on its device, or that something went wrong in, is not another's.
    let ended = if matches!(result, Ok(Ok(()))) && !visit.keeps {
        browsers::give_back(client).await
    } else {
        client.close().await.map_err(Into::into)
    };
    match result {
        Ok(result) => result.and(ended).with_context(|| name.to_owned()),
        Err(panic) => resume_unwind(panic),
    }
}
