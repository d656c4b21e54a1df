// Starts the page: loads the WebAssembly program that index.html names, says so
// while it does, and says what went wrong if it fails. A script of its own,
// because the page's security policy forbids inline ones.
//
// What stands in index.html is written by the build: the program's files; for each lesson and the
// page of all lessons, the file with the parts of the program that it needs; each lesson's title and
// promise; the style sheet that can wait; and the script that keeps the site for when there is no
// network.

const link = (id) => document.getElementById(id)?.href;

// Shows what a lesson promises, to be read while it loads, and asks for the parts that the
// address's page needs, in one file, beside the program and not only after it; and for those that
// a run in the address needs.
// on-demand/…/load.js, which the program calls for its parts, finds them here.
function begin() {
  try {
    const theme = localStorage.getItem("faultline.theme");
    if (["light", "dark", "projector"].includes(theme)) document.documentElement.dataset.theme = theme;
  } catch {} // Nothing is kept here.
  const needs = JSON.parse(document.getElementById("needs")?.textContent ?? "{}");
  const pages = new Map(Object.entries(needs));
  const page = pages.get(/^#\/([\w-]+)/.exec(location.hash)?.[1] ?? "");
  const run = /[?&]run=/.test(location.hash) ? pages.get("?run") : undefined;
  if (page?.title) {
    document.querySelector("#starting h1").textContent = page.title;
    document.querySelector("#starting .lede").textContent = page.promise;
  }
  window.parts = new Map();
  // Should it fail, the program asks for each part itself, and says so if that fails too.
  const wanted = [page, run].filter(Boolean);
  window.unpacked = Promise.all(wanted.map(({ pack }) => unpack(pack))).catch(() => {});
}

// A line of JSON says what there is, then come the parts.
async function unpack(pack) {
  const address = new URL(pack, document.baseURI);
  const answer = await fetch(address);
  if (!answer.ok) return;
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const line = bytes.indexOf(10);
  const headers = { "content-type": "application/wasm" };
  let at = line + 1;
  for (const [part, length] of JSON.parse(new TextDecoder().decode(bytes.subarray(0, line)))) {
    const body = bytes.slice(at, (at += length));
    parts.set(new URL(`${part}.wasm`, address).href, new Response(body, { headers }));
  }
}

// What a first look does without has its looks in a sheet of its own.
function dress() {
  const sheet = document.getElementById("later");
  if (!sheet || sheet.rel === "stylesheet") return undefined;
  return new Promise((done) => {
    sheet.onload = sheet.onerror = done;
    sheet.rel = "stylesheet";
  });
}

function fail(reason) {
  const progress = document.getElementById("progress");
  if (!progress) return; // The page is up; its own error page takes over.
  progress.setAttribute("role", "alert");
  progress.textContent =
    `The lab could not start: ${reason}. Reload to try again; ` +
    "it needs a browser of the last two or three years.";
}

// Keeps the whole site on the device, and says when there is a new version of it.
async function keep(script) {
  const worker = navigator.serviceWorker;
  let kept = worker.controller;
  // A page and the parts that it loads are of one version: when this tab or another takes a new
  // one over, all begin again, each with the run that its address holds.
  worker.addEventListener("controllerchange", () => {
    if (kept) location.reload();
    kept = worker.controller;
  });
  const registration = await worker.register(script, { updateViaCache: "none" });
  const tell = () => {
    if (registration.waiting && kept) window.dispatchEvent(new Event("new-version"));
  };
  const watch = () => registration.installing?.addEventListener("statechange", tell);
  registration.addEventListener("updatefound", watch);
  window.addEventListener("take-over", () => registration.waiting?.postMessage("take-over"));
  watch();
  tell();
}

try {
  begin();
  // The course page is dressed before it is seen.
  const dressed = /^#\/./.test(location.hash) ? undefined : dress();
  const program = await import(link("program"));
  await dressed;
  await program.default({ module_or_path: link("module") });
  await unpacked;
  dress();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
  throw error;
}

// Other people's pages that show a lesson, and readers who pay for every byte, get what they
// asked for and no more.
const script = link("keeper");
const wanted = window.top === window && !navigator.connection?.saveData;
if (script && navigator.serviceWorker && wanted) {
  // Where it is refused, the page works all the same, with a network.
  const start = () => keep(script).catch((error) => console.info("Not kept:", error));
  const idle = window.requestIdleCallback ?? ((then) => setTimeout(then, 2000));
  idle(start, { timeout: 10_000 });
}
