//! Pages that are broken on purpose: what the other tests rely on must see it.

use anyhow::{Context as _, Result, ensure};
use faultline_e2e::visit;

use super::support::{self, keyboard, layout, pixels};

/// Visits a page of this content, which must fail with `complaint`.
async fn must_fail(name: &str, body: &str, complaint: &str) -> Result<()> {
    let canary = support::canary::page(name, body)?;
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

/// Pieces of a page with one fault each, and what must be said of it.
const BAD_LAYOUT: [(&str, &str); 8] = [
    ("<div style='width:3000px'>wide</div>", "of which 1280 fit"),
    (
        "<p style='width:3em;overflow:hidden;white-space:nowrap'>cut off here</p>",
        "cut at the side",
    ),
    (
        "<p style='height:1em;overflow:hidden'>two<br>lines</p>",
        "cut at the edge",
    ),
    ("<p style='width:2em'>unbreakable</p>", "its text takes"),
    (
        "<select style='width:3em;height:2em'><option>a long choice</select>",
        "too narrow",
    ),
    (
        "<input style='width:2em;height:2em' value=1234567>",
        "too narrow",
    ),
    (
        "<button style='width:20px;height:20px;padding:0'>x</button>",
        "24 are needed",
    ),
    (
        "<button>under</button><div style='position:fixed;inset:0'></div>",
        "covered by",
    ),
];

#[tokio::test]
async fn faults_of_layout_are_seen() -> Result<()> {
    let good = "<p>Fine, with a <a href=#x>link</a>.</p><button style='padding:1em'>Yes</button>";
    visit(
        "canary-layout",
        support::canary::page("canary-layout", good)?,
        async |page| {
            let faults = layout::faults(page, "body", true).await?;
            ensure!(faults.is_empty(), "a good page: {faults:?}");
            for (body, complaint) in BAD_LAYOUT {
                page.run(&format!(
                    "document.querySelector('main').innerHTML = {body:?};"
                ))
                .await?;
                let faults = layout::faults(page, "body", false).await?;
                ensure!(
                    faults.len() == 1 && faults[0].contains(complaint),
                    "{body} should give {complaint:?}, but gives {faults:?}"
                );
            }
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn a_blank_canvas_and_a_hidden_focus_are_seen() -> Result<()> {
    let body = "<canvas id=none></canvas><canvas id=plain></canvas><canvas id=drawn></canvas>
        <button id=bare style='outline:none'>Bare</button><button id=fine>Fine</button>
        <div style='position:absolute;left:0;top:150vh'><a id=far href=#x tabindex=0>Far</a></div>";
    visit(
        "canary-seen",
        support::canary::page("canary-seen", body)?,
        async |page| {
            page.run(
                "const plain = document.getElementById('plain').getContext('2d');
                plain.fillRect(0, 0, 300, 150);
                const drawn = document.getElementById('drawn').getContext('2d');
                for (let i = 0; i < 30; i += 1) {
                    drawn.fillStyle = `hsl(${i * 12} 80% 50%)`;
                    drawn.fillRect(i * 10, i * 5, 8, 8);
                }",
            )
            .await?;
            for (canvas, painted) in [("#none", false), ("#plain", false), ("#drawn", true)] {
                ensure!(
                    pixels::painted(page, canvas).await? == painted,
                    "{canvas} is taken for {}",
                    if painted { "blank" } else { "painted" }
                );
            }
            let hashes = pixels::hashes(page, "canvas").await?;
            ensure!(
                hashes[0] != hashes[1] && hashes[1] != hashes[2],
                "different pictures, equal hashes: {hashes:?}"
            );

            keyboard::tab_to(page, "#fine")
                .await
                .err()
                .filter(|error| error.to_string().contains("no mark of the focus"))
                .context("a focus without a mark is not seen")?;
            keyboard::tab_to(page, "#fine").await?;
            page.run(
                "document.getElementById('far').focus();
                scrollTo(0, 0);",
            )
            .await?;
            let far = keyboard::focus(page).await?;
            ensure!(
                far.faults.iter().any(|fault| fault.contains("outside")),
                "a focus out of sight gives {:?}",
                far.faults
            );
            Ok(())
        },
    )
    .await
}
