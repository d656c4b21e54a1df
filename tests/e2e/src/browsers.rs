//! Browsers, which take longer to start than most tests: one whose visitor has left serves the
//! next.
//!
//! Nothing of one visit is seen in the next. What a page keeps belongs to its host and port, and
//! each visit has a server on a port of its own; what the DevTools protocol sets belongs to a
//! tab, and each visit has a new one.

use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, json};

use crate::{driver, setting};

/// The sessions of browsers that nobody uses. A client belongs to the runtime of its test, so
/// that it is not kept itself.
static IDLE: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A headless Chromium with an empty tab and nothing to say to anyone.
pub async fn take() -> Result<Client> {
    let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    if let Some(session) = idle
        && let Ok(client) = again(&session).await
    {
        return Ok(client);
    }
    start().await
}

/// Takes a browser back whose visit went well. The driver closes it when it ends.
pub async fn give_back(client: Client) -> Result<()> {
    if let Some(session) = client.session_id().await? {
        client.persist().await?;
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(session);
    }
    Ok(())
}

/// A browser with a new tab, its old ones closed and their logs forgotten.
async fn again(session: &str) -> Result<Client> {
    let url = setting("FAULTLINE_WEBDRIVER_URL")?;
    let client = Client::with_existing_session(&url, session, HttpConnector::new()).await?;
    let old = client.windows().await?;
    let new = client.new_window(true).await?.handle;
    for window in old {
        client.switch_to_window(window).await?;
        client.close_window().await?;
    }
    client.switch_to_window(new).await?;
    driver::console(&client).await?;
    driver::requests(&client).await?;
    Ok(client)
}

async fn start() -> Result<Client> {
    let arguments = [
        "--headless=new",
        // Without a sandbox it also runs as root, in a container.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--hide-scrollbars",
        "--window-size=1280,800",
    ];
    let mut capabilities = Map::new();
    capabilities.insert(
        "goog:chromeOptions".to_owned(),
        json!({ "args": arguments }),
    );
    capabilities.insert(
        "goog:loggingPrefs".to_owned(),
        json!({ "browser": "ALL", "performance": "ALL" }),
    );
    // A page that hangs should fail its own test, not the patience of the whole run.
    capabilities.insert(
        "timeouts".to_owned(),
        json!({ "pageLoad": 60_000, "script": 60_000 }),
    );
    let url = setting("FAULTLINE_WEBDRIVER_URL")?;
    ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(&url)
        .await
        .with_context(|| format!("no new browser from the driver at {url}"))
}
