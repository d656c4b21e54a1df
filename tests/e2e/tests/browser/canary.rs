//! Pages that are broken on purpose: what the other tests rely on must see it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use faultline_e2e::{Visit, visit};

/// Visits a page of this content, which must fail with `complaint`.
async fn must_fail(name: &str, body: &str, complaint: &str) -> Result<()> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder)?;
    let head = "<title>Canary</title><link rel=icon href=data:,>";
    let page = format!("<!doctype html><html lang=en>{head}<main><h1>Canary</h1>{body}</main>");
    fs::write(folder.join("index.html"), page)?;
    let canary = Visit {
        folder: Some(folder),
        ..Visit::default()
    };
    let result = visit(name, canary, async |page| {
        page.wait_for("h1").await?;
        page.assert_accessible().await
    })
    .await;
    let error = result.err().context("a broken page passed")?;
    let text = format!("{error:#}");
    ensure!(
        text.contains(complaint),
        "expected {complaint:?} in: {text}"
    );
    Ok(())
}

#[tokio::test]
async fn an_error_in_the_console_is_seen() -> Result<()> {
    let body = "<script>console.error('a canary sings')</script>";
    must_fail("canary-console", body, "a canary sings").await
}

#[tokio::test]
async fn an_exception_is_seen() -> Result<()> {
    let body = "<script>throw new Error('a canary falls')</script>";
    must_fail("canary-exception", body, "a canary falls").await
}

#[tokio::test]
async fn a_missing_file_is_seen() -> Result<()> {
    must_fail("canary-missing", "<img alt='' src='none.png'>", "404").await
}

#[tokio::test]
async fn a_request_to_another_host_is_seen() -> Result<()> {
    // Answered by the same server, so that nothing but the host is wrong.
    let body = "<script>
        fetch(location.href.replace('127.0.0.1', 'localhost'), { mode: 'no-cors' });
    </script>";
    must_fail("canary-host", body, "another host").await
}

#[tokio::test]
async fn an_inaccessible_element_is_seen() -> Result<()> {
    if std::env::var_os("FAULTLINE_AXE_JS").is_none() {
        return Ok(());
    }
    must_fail("canary-axe", "<button></button>", "button-name").await
}
