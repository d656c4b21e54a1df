// The code editor: CodeMirror with Python's syntax, bundled by the build and loaded when a lesson
// with code is opened. It offers one function, `globalThis.codeEditor.mount`.
//
// It lives in a shadow tree, because there CodeMirror brings its style sheets as objects; in the
// document it would write style elements, which the page's security policy forbids.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import {
  HighlightStyle,
  LanguageSupport,
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, lintKeymap, linter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

// Colours are the page's own, so that its themes are the editor's too.
const look = EditorView.theme({
  "&": { height: "100%", fontSize: "var(--code-size, 14px)", color: "var(--ink)", backgroundColor: "var(--paper)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono, ui-monospace, monospace)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)", paddingBlock: "0.5rem" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--muted)", borderRight: "1px solid var(--hair)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--ink) 5%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent) !important",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--paper)",
    color: "var(--ink)",
    border: "1px solid var(--hair)",
    fontFamily: "var(--sans, system-ui, sans-serif)",
    maxWidth: "min(36rem, 90vw)",
  },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--bad)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--bad) 1.5px",
    textUnderlineOffset: "3px",
  },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], color: "var(--ink)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ok)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--accent)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.definition(tags.variableName)], color: "var(--ink)" },
]);

// A place given as line and column from 1, as a position in the document; the nearest there is.
function position(doc, line, column) {
  if (line > doc.lines) return doc.length;
  const found = doc.line(Math.max(1, line));
  const before = [...found.text].slice(0, Math.max(0, column - 1)).join("");
  return Math.min(found.to, found.from + before.length);
}

function diagnostic(doc, { line, column, endLine, endColumn, message }) {
  let from = position(doc, line, column);
  let to = position(doc, endLine, endColumn);
  if (to <= from) {
    // Nothing to underline: the character before, or the one after.
    const found = doc.lineAt(from);
    if (from < found.to) to = from + 1;
    else from = Math.max(found.from, from - 1);
  }
  return { from, to: Math.max(from, to), severity: "error", message };
}

// Before a room: Escape leaves the editor, and the keys of a presenter's remote control go to the
// page.
function forRoom(event, leave) {
  if (!["Escape", "PageDown", "PageUp"].includes(event.key)) return;
  event.stopPropagation();
  event.preventDefault();
  if (event.key === "Escape") return leave();
  document.dispatchEvent(new KeyboardEvent("keydown", { key: event.key }));
}

// Puts an editor into an element. `changed` is called with every new text, `run` when the reader
// presses Ctrl and Enter. `leave` is given before a room alone: Escape calls it.
function mount(host, text, label, keys, changed, run, leave) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.replaceChildren();
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        linter(null),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        bracketMatching(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        new LanguageSupport(pythonLanguage),
        syntaxHighlighting(colours),
        look,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          "aria-label": label,
          "aria-description": keys,
          autocapitalize: "off",
          autocorrect: "off",
          spellcheck: "false",
          tabindex: "0",
        }),
        keymap.of([
          { key: "Mod-Enter", run: () => (run(), true) },
          // Escape, then Tab, leaves the editor: CodeMirror's own rule.
          indentWithTab,
          ...lintKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString());
        }),
      ],
    }),
  });
  if (leave) host.addEventListener("keydown", (event) => forRoom(event, leave), true);
  // The page's hot-keys are not for who writes.
  host.addEventListener("keydown", (event) => event.stopPropagation());
  return {
    setText(text) {
      if (text === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    setFault(fault) {
      const { doc } = view.state;
      const marks = fault ? [diagnostic(doc, fault)] : [];
      view.dispatch(setDiagnostics(view.state, marks));
    },
    goTo(line, column) {
      const at = position(view.state.doc, line, column);
      view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

globalThis.codeEditor = { mount };
