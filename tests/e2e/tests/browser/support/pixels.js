// What canvases show. A copy is read, so that the page's own canvases stay as they are.

// The pixels of a canvas, a 32-bit number each; none when it has no size.
function pixels(canvas) {
  if (!canvas.width || !canvas.height) return new Uint32Array(0);
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  return new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer);
}

// Whether there is a picture: paint in several colours, over more than a corner.
function painted(canvas) {
  const all = pixels(canvas);
  const colours = new Set();
  let count = 0;
  let first = -1;
  let last = -1;
  for (let i = 0; i < all.length; i += 1) {
    if (all[i] >>> 24 === 0) continue;
    count += 1;
    if (first < 0) first = i;
    last = i;
    if (colours.size < 8) colours.add(all[i]);
  }
  return colours.size >= 8 && count > all.length / 200 && last - first > all.length / 4;
}

// FNV-1a over a canvas' pixels: equal pictures have equal hashes.
function hash(canvas) {
  let sum = 0x811c9dc5;
  for (const pixel of pixels(canvas)) sum = Math.imul(sum ^ pixel, 0x01000193);
  return `${canvas.width}x${canvas.height}:${(sum >>> 0).toString(16)}`;
}
