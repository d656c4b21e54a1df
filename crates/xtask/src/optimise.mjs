// Makes WebAssembly files smaller, by binaryen's optimiser:
// node optimise.mjs <binaryen's index.js> <input> <output> [<input> <output>]...
//
// One process does many files: to start binaryen takes longer than most of them.

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [library, ...files] = process.argv.slice(2);
const { default: binaryen } = await import(pathToFileURL(library));

// For size, as `wasm-opt -Os` does.
binaryen.setOptimizeLevel(2);
binaryen.setShrinkLevel(1);

// Every feature that the compiler's default for this target already uses.
const features = [
  "BulkMemory",
  "BulkMemoryOpt",
  "CallIndirectOverlong",
  "Multivalue",
  "MutableGlobals",
  "NontrappingFPToInt",
  "ReferenceTypes",
  "SignExt",
].reduce((all, name) => all | binaryen.Features[name], 0);

// Up to this size, in bytes, what the first time leaves is worth a second. The engine for learner
// code would be smaller by a few KB of a megabyte, after another minute.
const twice = 2_000_000;

for (let at = 0; at < files.length; at += 2) {
  const bytes = readFileSync(files[at]);
  const module = binaryen.readBinary(bytes);
  module.setFeatures(features);
  module.optimize();
  if (bytes.length <= twice) module.optimize();
  module.runPasses([
    // Functions with similar names have similar code, which compresses better side by side;
    // the names go only after this.
    "reorder-functions-by-name",
    "strip-debug",
    "strip-producers",
  ]);
  writeFileSync(files[at + 1], module.emitBinary());
  module.dispose();
}
