//! Chromedriver's own commands, beside those of the WebDriver standard: what
//! the browser logged, and the DevTools protocol.

use anyhow::{Context as _, Result};
use fantoccini::Client;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// Chromedriver's command for taking a log; each entry is given only once.
#[derive(Debug)]
struct TakeLog {
    kind: &'static str,
}

impl WebDriverCompatibleCommand for TakeLog {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (
            http::Method::POST,
            Some(json!({ "type": self.kind }).to_string()),
        )
    }
}

/// A command of the DevTools protocol.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.parameters });
        (http::Method::POST, Some(body.to_string()))
    }
}

/// Performs a command of the DevTools protocol and gives its result.
pub async fn devtools(client: &Client, command: &'static str, parameters: Value) -> Result<Value> {
    Ok(client
        .issue_cmd(DevTools {
            command,
            parameters,
        })
        .await?)
}

async fn take(client: &Client, kind: &'static str) -> Result<Vec<Value>> {
    let log = client.issue_cmd(TakeLog { kind }).await?;
    let entries = log.as_array().context("the log is not a list")?;
    Ok(entries.clone())
}

/// Warnings and errors of the console since the last call.
pub async fn console(client: &Client) -> Result<Vec<String>> {
    let entries = take(client, "browser").await?;
    Ok(complaints(&entries))
}

/// Addresses requested since the last call, those inside the browser left out.
pub async fn requests(client: &Client) -> Result<Vec<Url>> {
    let entries = take(client, "performance").await?;
    Ok(entries.iter().filter_map(request).collect())
}

fn complaints(entries: &[Value]) -> Vec<String> {
    entries
        .iter()
        .filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")))
        .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// The address in one entry of the performance log, which is JSON in JSON.
fn request(entry: &Value) -> Option<Url> {
    let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
    let message = &message["message"];
    let address = match message["method"].as_str()? {
        "Network.requestWillBeSent" => message["params"]["request"]["url"].as_str()?,
        "Network.webSocketCreated" => message["params"]["url"].as_str()?,
        _ => return None,
    };
    let url = Url::parse(address).ok()?;
    url.has_host().then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_to_another_host_is_seen() {
        let entry = |method: &str, params: Value| {
            let message = json!({ "message": { "method": method, "params": params } });
            json!({ "message": message.to_string() })
        };
        let sent = entry(
            "Network.requestWillBeSent",
            json!({ "request": { "url": "https://example.org/x" } }),
        );
        assert_eq!(
            request(&sent).and_then(|url| url.host_str().map(str::to_owned)),
            Some("example.org".into())
        );
        let socket = entry(
            "Network.webSocketCreated",
            json!({ "url": "wss://example.org/" }),
        );
        assert!(request(&socket).is_some());
        let data = entry(
            "Network.requestWillBeSent",
            json!({ "request": { "url": "data:,x" } }),
        );
        assert!(request(&data).is_none());
    }

    #[test]
    fn information_in_the_console_is_no_complaint() {
        let entries = [
            json!({ "level": "INFO", "message": "fine" }),
            json!({ "level": "SEVERE", "message": "broken" }),
        ];
        assert_eq!(complaints(&entries), ["broken"]);
    }
}
