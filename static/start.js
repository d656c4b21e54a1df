// Starts the page: loads the WebAssembly program that index.html names, says so
// while it does, and says what went wrong if it fails. A script of its own,
// because the page's security policy forbids inline ones.

const link = (id) => document.getElementById(id).href;

function fail(reason) {
  const progress = document.getElementById("progress");
  if (!progress) return; // The page is up; its own error page takes over.
  progress.setAttribute("role", "alert");
  progress.textContent =
    `The lab could not start: ${reason}. Reload to try again; ` +
    "it needs a browser of the last two or three years.";
}

try {
  const program = await import(link("program"));
  await program.default({ module_or_path: link("module") });
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
  throw error;
}
