//! The page in the browser, as a test sees it.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use url::Url;

use crate::{driver, setting};

/// How long a test waits for something to happen on the page.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it looks whether it has happened.
const LOOK_EVERY: Duration = Duration::from_millis(30);

/// An open page. Elements are named by CSS selectors.
pub struct Page {
    /// The WebDriver client, for what the methods here do not cover.
    pub client: Client,
    address: String,
}

impl Page {
    pub(crate) fn new(client: Client, address: String) -> Self {
        Self { client, address }
    }

    /// The address of the site's start page, with a slash at its end.
    pub fn site(&self) -> &str {
        &self.address
    }

    /// Goes to a part of the site, such as `""` for the start page or a `#…`
    /// link; always by a fresh load.
    pub async fn open(&self, part: &str) -> Result<()> {
        // Two addresses that differ in the fragment alone are one document.
        self.client.goto("about:blank").await?;
        self.client.goto(&format!("{}{part}", self.address)).await?;
        Ok(())
    }

    /// The element, as soon as there is one.
    pub async fn wait_for(&self, selector: &str) -> Result<Element> {
        self.client
            .wait()
            .at_most(PATIENCE)
            .every(LOOK_EVERY)
            .for_element(Locator::Css(selector))
            .await
            .with_context(|| format!("no element {selector}"))
    }

    /// Waits until the text of an element contains `text`, and gives it whole.
    pub async fn wait_for_text(&self, selector: &str, text: &str) -> Result<String> {
        let start = Instant::now();
        loop {
            // The element may be replaced between being found and being read.
            let found = match self.wait_for(selector).await?.text().await {
                Ok(found) => found,
                Err(error) if error.is_stale_element_reference() => continue,
                Err(error) => return Err(error.into()),
            };
            if found.contains(text) {
                return Ok(found);
            }
            if start.elapsed() > PATIENCE {
                bail!("{selector} should say {text:?}, but says {found:?}");
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// The visible text of an element.
    pub async fn text(&self, selector: &str) -> Result<String> {
        Ok(self.wait_for(selector).await?.text().await?)
    }

    /// Clicks an element.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let element = self.wait_for(selector).await?;
        element
            .click()
            .await
            .with_context(|| format!("clicking {selector}"))
    }

    /// Types into the focused element, or into the page if none is.
    pub async fn keys(&self, keys: &str) -> Result<()> {
        let focused = self.client.active_element().await?;
        Ok(focused.send_keys(keys).await?)
    }

    /// Runs JavaScript in the page; `return` gives a value.
    pub async fn run(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Warnings and errors of the console since the last call.
    pub async fn console(&self) -> Result<Vec<String>> {
        driver::console(&self.client).await
    }

    /// Fails if the page has logged a complaint or asked another host for
    /// anything since the last call.
    pub async fn assert_clean(&self) -> Result<()> {
        let complaints = self.console().await?;
        ensure!(
            complaints.is_empty(),
            "the console says: {}",
            complaints.join("\n")
        );
        let own = Url::parse(&self.address)?;
        for request in driver::requests(&self.client).await? {
            ensure!(
                request.host() == own.host() && request.port() == own.port(),
                "a request to another host: {request}"
            );
        }
        Ok(())
    }

    /// Fails on any violation that axe finds in the page as it is now.
    ///
    /// Without npm there is no axe, and nothing is checked.
    pub async fn assert_accessible(&self) -> Result<()> {
        let Ok(path) = setting("FAULTLINE_AXE_JS") else {
            eprintln!("accessibility not checked: FAULTLINE_AXE_JS is not set");
            return Ok(());
        };
        // Once for each document: it is half a megabyte to read.
        if self.run("return typeof axe === 'undefined';").await? == true {
            let axe = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
            self.client.execute(&axe, Vec::new()).await?;
        }
        let script = "const done = arguments[0];
            axe.run(document, { resultTypes: ['violations'] }).then(
                (results) => done({ violations: results.violations }),
                (error) => done({ error: String(error) }));";
        let results = self.client.execute_async(script, Vec::new()).await?;
        let violations = results["violations"]
            .as_array()
            .ok_or_else(|| anyhow!("axe failed: {}", results["error"]))?;
        let list: Vec<String> = violations.iter().map(violation).collect();
        ensure!(
            list.is_empty(),
            "axe finds {} violations:\n{}",
            list.len(),
            list.join("\n")
        );
        Ok(())
    }

    /// Runs JavaScript in every page that is loaded from now on, before anything of its own.
    pub async fn before_load(&self, script: &str) -> Result<()> {
        let source = json!({ "source": script });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source)
            .await?;
        Ok(())
    }

    /// A command of the DevTools protocol, for what has no method here.
    pub async fn devtools(&self, command: &'static str, parameters: Value) -> Result<Value> {
        driver::devtools(&self.client, command, parameters).await
    }

    /// Makes the visible part of the page exactly this large, in CSS pixels,
    /// also below the smallest size a window can have.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        driver::devtools(&self.client, "Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// Sets what the user prefers, such as `("prefers-color-scheme", "dark")`.
    pub async fn prefer(&self, features: &[(&str, &str)]) -> Result<()> {
        let features: Vec<Value> = features
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        let media = json!({ "features": features });
        driver::devtools(&self.client, "Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }

    /// Saves a picture of the visible part as `target/e2e/<name>.png`.
    pub async fn picture(&self, name: &str) -> Result<PathBuf> {
        let folder = PathBuf::from(setting("FAULTLINE_PICTURES")?);
        fs::create_dir_all(&folder).with_context(|| format!("creating {folder:?}"))?;
        let path = folder.join(format!("{name}.png"));
        fs::write(&path, self.client.screenshot().await?)
            .with_context(|| format!("writing {path:?}"))?;
        Ok(path)
    }
}

fn violation(violation: &Value) -> String {
    let nodes = violation["nodes"].as_array().map_or(&[][..], Vec::as_slice);
    let places: Vec<String> = nodes
        .iter()
        .map(|node| format!("    {} {}", node["target"], node["failureSummary"]))
        .collect();
    format!(
        "  {}: {}\n{}",
        violation["id"],
        violation["help"],
        places.join("\n")
    )
}
