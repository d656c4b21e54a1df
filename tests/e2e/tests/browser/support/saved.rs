//! Files that the page hands to its reader, caught before the browser puts them away.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use faultline_e2e::Page;
use tokio::time::{Instant, sleep};

/// Keeps what is to be saved, by its name.
const CATCH: &str = "
    window.saved = [];
    const blobs = new Map();
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
        const address = make.call(URL, blob);
        blobs.set(address, blob);
        return address;
    };
    HTMLAnchorElement.prototype.click = function () {
        window.saved.push([this.download, blobs.get(this.href)]);
    };";

/// Catches files from the next load of the page on.
pub async fn catch(page: &Page) -> Result<()> {
    page.before_load(CATCH).await
}

/// Presses a button, and gives the name and the text of the file that comes.
pub async fn by(page: &Page, button: &str) -> Result<(String, String)> {
    let count = async || -> Result<u64> {
        let count = page.run("return window.saved.length;").await?;
        count.as_u64().context("files are not caught")
    };
    let before = count().await?;
    page.click(button).await?;
    let start = Instant::now();
    while count().await? == before {
        ensure!(
            start.elapsed() < Duration::from_secs(20),
            "{button} saves nothing"
        );
        sleep(Duration::from_millis(50)).await;
    }
    let script = "const done = arguments[0]; const [name, blob] = window.saved.at(-1);
        blob.text().then((text) => done([name, text]), done);";
    let found = page.client.execute_async(script, Vec::new()).await?;
    serde_json::from_value(found).context("a name and a text")
}
