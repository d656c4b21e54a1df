//! A static web server, as plain as the one that will host the page.

use std::fs::{self, File};
use std::io::Cursor;
use std::net::Ipv4Addr;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use anyhow::{Context as _, Result, anyhow};
use tiny_http::{Header, Method, Request, Response, Server};

/// A folder served on a free port of this machine until dropped.
pub struct Site {
    server: Arc<Server>,
    worker: Option<JoinHandle<()>>,
    address: String,
}

impl Site {
    /// Serves `folder` under `base`, such as `/` or `/faultline/`; anything
    /// outside of it is not found, as on a host with several sites.
    pub fn new(folder: &Path, base: &str) -> Result<Self> {
        let server = Server::http((Ipv4Addr::LOCALHOST, 0)).map_err(|error| anyhow!(error))?;
        let port = server
            .server_addr()
            .to_ip()
            .context("an IP address")?
            .port();
        let server = Arc::new(server);
        let worker = thread::spawn({
            let (server, folder, base) =
                (Arc::clone(&server), folder.to_path_buf(), base.to_owned());
            move || {
                for request in server.incoming_requests() {
                    // A browser that went away in the middle is no failure.
                    let _ = answer(request, &folder, &base);
                }
            }
        });
        Ok(Self {
            server,
            worker: Some(worker),
            address: format!("http://127.0.0.1:{port}{base}"),
        })
    }

    /// The address of the start page, with a slash at its end.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(worker) = self.worker.take() {
            // It only ends by itself or by a panic that it has printed.
            let _ = worker.join();
        }
    }
}

fn answer(request: Request, folder: &Path, base: &str) -> std::io::Result<()> {
    let readable = matches!(request.method(), Method::Get | Method::Head);
    let file = file_of(request.url(), folder, base).filter(|path| readable && path.is_file());
    let Some(path) = file else {
        let nothing = Response::new(
            404.into(),
            Vec::new(),
            Cursor::new(Vec::new()),
            Some(0),
            None,
        );
        return request.respond(nothing);
    };
    let kind = mime_guess::from_path(&path).first_or_octet_stream();
    let header = Header::from_bytes("Content-Type", kind.essence_str());
    let length = fs::metadata(&path)?.len();
    let mut response = Response::from_file(File::open(&path)?);
    if let Ok(header) = header {
        response = response.with_header(header);
    }
    // A length known in advance, so that the page can show how far it is.
    request.respond(response.with_chunked_threshold(length as usize + 1))
}

/// The file that a request asks for, if it is inside of the folder.
fn file_of(url: &str, folder: &Path, base: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.strip_prefix(base)?;
    let inside = Path::new(path)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let name = if path.is_empty() { "index.html" } else { path };
    inside.then(|| folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_stay_inside_of_the_folder_and_the_base() {
        let file = |url| file_of(url, Path::new("dist"), "/lab/");
        assert_eq!(file("/lab/"), Some("dist/index.html".into()));
        assert_eq!(file("/lab/a/b.js?x=1"), Some("dist/a/b.js".into()));
        assert_eq!(file("/b.js"), None);
        assert_eq!(file("/lab/../secret"), None);
        assert_eq!(file("/lab//etc/passwd"), None);
    }
}
