// Keeps one whole version of the site on the device, so that it works without a network.
//
// `cargo xtask build` fills in the version and its files, each with the hash of its content.
// Unfilled, as `cargo xtask serve` gives it, this script takes away what an earlier one kept.

const VERSION = "";
const FILES = {};

// Other sites on this host have caches of their own in the same place.
const OURS = `faultline ${registration.scope} `;
const KEPT = OURS + VERSION;

addEventListener("install", (event) => event.waitUntil(VERSION ? keep() : skipWaiting()));
addEventListener("activate", (event) => event.waitUntil(takeOver()));
addEventListener("message", ({ data }) => data === "take-over" && skipWaiting());
addEventListener("fetch", (event) => {
  if (VERSION && event.request.method === "GET") event.respondWith(answer(event.request));
});

// This version is there when all of it is there. One file at a time, so that the page's own
// requests come first; an installation that was cut short goes on where it ended.
async function keep() {
  const cache = await caches.open(KEPT);
  for (const [path, integrity] of Object.entries(FILES)) {
    if (await cache.match(path)) continue;
    // A file of another version, from the server or a cache on the way, does not have the hash.
    const request = fetch(path, { cache: "no-cache", integrity, priority: "low" });
    await cache.put(path, await request);
  }
}

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith(OURS) && name !== KEPT) await caches.delete(name);
  }
  await (VERSION ? clients.claim() : registration.unregister());
}

async function answer(request) {
  const cache = await caches.open(KEPT);
  // The site is one page: what tells its addresses apart stands behind the #.
  const { origin, pathname } = new URL(request.url);
  const start = registration.scope;
  const atStart = [start, `${start}index.html`].includes(origin + pathname);
  const file = request.mode === "navigate" && atStart ? start : request;
  return (await cache.match(file, { ignoreVary: true })) ?? fetch(request);
}
