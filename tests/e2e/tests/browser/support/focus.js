// What has the focus, and whether a reader can see that it has.
function focusReport() {
  const element = document.activeElement;
  if (!element || element === document.body) return { name: "", faults: [] };
  const label = element.getAttribute("aria-label") ?? element.textContent.trim().replace(/\s+/g, " ");
  const name = `${element.localName}${element.id ? `#${element.id}` : ""} “${label.slice(0, 40)}”`;
  const faults = [];
  const marked = (style) => {
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    return (outlined || style.boxShadow !== "none") && style.opacity !== "0";
  };
  // A link that stands for a whole card has its mark around the card.
  const around = (one) => {
    const style = getComputedStyle(one, "::after");
    return style.content !== "none" && marked(style);
  };
  const marks = (one) => Boolean(one) && (marked(getComputedStyle(one)) || around(one));
  // A hidden radio or checkbox shows its focus on what stands for it.
  // The editor has its mark within.
  const editor = element.shadowRoot?.activeElement?.closest(".cm-focused");
  if (![element, element.nextElementSibling, element.closest("label"), editor].some(marks)) faults.push("no mark of the focus");
  const box = (element.closest("label") ?? element).getBoundingClientRect();
  const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const inside = x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
  if (!inside) faults.push(`outside of what is seen, at ${x.toFixed()}, ${y.toFixed()}`);
  else {
    const found = document.elementFromPoint(x, y);
    const own = found && ((element.closest("label") ?? element).contains(found) || found.contains(element));
    if (!own) faults.push(`covered by ${found ? found.localName + "." + found.className : "nothing of the page"}`);
  }
  return { name, faults };
}
