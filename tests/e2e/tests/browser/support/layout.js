// Finds faults in how the page is laid out at its present size; a line for each.
// `scope` is the selector of what to look at, `touch` whether fingers are used.
function layoutFaults(scope, touch) {
  const faults = [];
  const root = document.documentElement;
  const name = (element) => {
    const kind = element.id ? `#${element.id}` : [element.localName, ...element.classList].join(".");
    const label = element.getAttribute("aria-label") ?? element.textContent.trim();
    const part = element.closest("section, aside, article, header, dialog, main");
    const where = part && part !== element ? `${part.id ? `#${part.id}` : part.className || part.localName} ` : "";
    return `${where}${kind} “${label.replace(/\s+/g, " ").slice(0, 40)}”`;
  };
  // What is for screen readers alone is cut down to a pixel, and meant to be.
  const hidden = (element) => {
    for (let one = element; one; one = one.parentElement) {
      if (getComputedStyle(one).clipPath === "inset(50%)") return true;
    }
    return false;
  };
  const seen = (element) =>
    element.checkVisibility({ visibilityProperty: true }) &&
    !element.closest(".skip, script, style, canvas, svg, noscript") &&
    !hidden(element);
  const clips = (value) => value === "hidden" || value === "clip";
  const scrolls = (value) => value === "auto" || value === "scroll";

  if (root.scrollWidth > root.clientWidth) {
    faults.push(`the page is ${root.scrollWidth} px wide, of which ${root.clientWidth} fit`);
  }

  // Text
  const width = (element, text) => {
    const context = document.createElement("canvas").getContext("2d");
    const style = getComputedStyle(element);
    context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    return context.measureText(text).width;
  };
  const room = (element) => {
    const style = getComputedStyle(element);
    return element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  };
  const cut = (element, rects) => {
    for (let box = element; box && box !== root; box = box.parentElement) {
      const style = getComputedStyle(box);
      const area = box.getBoundingClientRect();
      const sideways = clips(style.overflowX) || scrolls(style.overflowX);
      for (const rect of rects) {
        if (sideways && (rect.right > area.right + 1 || rect.left < area.left - 1)) {
          return box.localName === "pre" ? null : `cut at the side by ${name(box)}`;
        }
        const below = rect.bottom > area.bottom + 2 || rect.top < area.top - 2;
        if (clips(style.overflowY) && below) return `cut at the edge of ${name(box)}`;
      }
      if (style.position === "fixed") break;
    }
    const outside = rects.some((rect) => rect.right > root.clientWidth + 1 || rect.left < -1);
    return outside ? "outside of the page" : null;
  };
  for (const element of document.querySelector(scope).querySelectorAll("*")) {
    if (!seen(element)) continue;
    if (element.localName === "select") {
      const text = element.selectedOptions[0]?.textContent ?? "";
      // The browser's own arrow takes some 16 px.
      if (width(element, text) + 16 > room(element) + 1) faults.push(`${name(element)}: too narrow for “${text}”`);
      continue;
    }
    if (element.localName === "input" && !element.readOnly && ["text", "number"].includes(element.type)) {
      const text = element.value || element.placeholder;
      if (width(element, text) > room(element) + 1) faults.push(`${name(element)}: too narrow for “${text}”`);
      continue;
    }
    const texts = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
    if (!texts.length || element.closest("select")) continue;
    const rects = texts.flatMap((text) => {
      const range = document.createRange();
      range.selectNodeContents(text);
      return [...range.getClientRects()];
    });
    const how = cut(element, rects);
    if (how) faults.push(`${name(element)}: ${how}`);
    const style = getComputedStyle(element);
    if (!how && style.display !== "inline" && element.scrollWidth > element.clientWidth + 1 && element.clientWidth) {
      faults.push(`${name(element)}: its text takes ${element.scrollWidth} px, it has ${element.clientWidth}`);
    }
  }

  // Controls
  const controls = document
    .querySelector(scope)
    .querySelectorAll("a[href], button, input, select, textarea, summary, [role=button]");
  const places = [...document.querySelectorAll("*")].map((box) => [box, box.scrollLeft, box.scrollTop]);
  for (const control of controls) {
    if (!seen(control) || control.disabled) continue;
    const target = control.closest("label") ?? control;
    const inText =
      getComputedStyle(target).display === "inline" && target.parentElement.textContent.trim() !== target.textContent.trim();
    if (inText) continue;
    target.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const box = target.getBoundingClientRect();
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const hits = (dx, dy) => {
      const found = document.elementFromPoint(x + dx, y + dy);
      return found !== null && (target.contains(found) || found.contains(target) && found.localName === "label");
    };
    if (!hits(0, 0)) {
      const found = document.elementFromPoint(x, y);
      faults.push(`${name(control)}: covered by ${found ? name(found) : "nothing of the page"}`);
      continue;
    }
    // The area that answers may be larger than the box.
    const answers = (size) => [[-1, 0], [1, 0], [0, -1], [0, 1]].every(([i, j]) => hits((i * (size - 1)) / 2, (j * (size - 1)) / 2));
    const size = `${box.width.toFixed(1)} × ${box.height.toFixed(1)} px`;
    const least = Math.min(box.width, box.height);
    if (least < 23.9 && !answers(24)) faults.push(`${name(control)}: a target of ${size}; 24 are needed`);
    else if (touch && control.matches(TOUCHED) && least < 39.5 && !answers(40)) {
      faults.push(`${name(control)}: a target of ${size}; 40 are needed for fingers`);
    }
  }
  for (const [box, left, top] of places) {
    if (box.scrollLeft !== left || box.scrollTop !== top) box.scrollTo(left, top);
  }
  return [...new Set(faults)];
}

// The controls that a lesson is worked with, and so must suit fingers.
const TOUCHED = ".transport button, .transport input, .transport select, .acts .btn, .peek button, .side-tabs button, .top .btn, .control input, .control select, .command .btn, dialog button";
