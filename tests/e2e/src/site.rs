//! A static web server, as plain as the one that will host the page.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context as _, Result};

/// A folder served on a free port of this machine until dropped.
pub struct Site {
    address: SocketAddr,
    base: String,
    stopped: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

impl Site {
    /// Serves `folder` under `base`, such as `/` or `/faultline/`; anything
    /// outside of it is not found, as on a host with several sites.
    pub fn new(folder: &Path, base: &str) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
        let address = listener.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let listener = thread::spawn({
            let stopped = Arc::clone(&stopped);
            let place: Arc<(PathBuf, String)> = Arc::new((folder.to_path_buf(), base.to_owned()));
            move || {
                for connection in listener.incoming().flatten() {
                    if stopped.load(Ordering::Relaxed) {
                        return;
                    }
                    // One thread each: a browser opens a connection in advance and
                    // may leave it silent while it waits for another.
                    let place = Arc::clone(&place);
                    thread::spawn(move || {
                        // A browser that went away in the middle is no failure.
                        let _ = answer(connection, &place.0, &place.1);
                    });
                }
            }
        });
        Ok(Self {
            address,
            base: base.to_owned(),
            stopped,
            listener: Some(listener),
        })
    }

    /// The address of the start page, with a slash at its end.
    pub fn address(&self) -> String {
        format!("http://{}{}", self.address, self.base)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the listener, so that it sees that it is to stop.
        let woken = TcpStream::connect(self.address).is_ok();
        if let Some(listener) = self.listener.take().filter(|_| woken) {
            // It only ends by itself or by a panic that it has printed.
            let _ = listener.join();
        }
    }
}

/// Reads one request and answers it.
fn answer(mut connection: TcpStream, folder: &Path, base: &str) -> io::Result<()> {
    connection.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut lines = BufReader::new(connection.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let mut words = request.split(' ');
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let file = file_of(target, folder, base).and_then(|path| Some((fs::read(&path).ok()?, path)));
    let (status, kind, content) = match (method, file) {
        ("GET" | "HEAD", Some((content, path))) => {
            let kind = mime_guess::from_path(path).first_or_octet_stream();
            ("200 OK", kind.to_string(), content)
        }
        ("GET" | "HEAD", None) => ("404 Not Found", "text/plain".to_owned(), Vec::new()),
        _ => (
            "405 Method Not Allowed",
            "text/plain".to_owned(),
            Vec::new(),
        ),
    };
    write!(
        connection,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        content.len()
    )?;
    if method != "HEAD" {
        connection.write_all(&content)?;
    }
    connection.flush()
}

/// The file that a request asks for, if it is inside of the folder.
fn file_of(target: &str, folder: &Path, base: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix(base)?;
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
        let file = |target| file_of(target, Path::new("dist"), "/lab/");
        assert_eq!(file("/lab/"), Some("dist/index.html".into()));
        assert_eq!(file("/lab/a/b.js?x=1"), Some("dist/a/b.js".into()));
        assert_eq!(file("/b.js"), None);
        assert_eq!(file("/lab/../secret"), None);
        assert_eq!(file("/lab//etc/passwd"), None);
    }
}
