// The Web Worker that runs learner code. It answers each message with one: both hold bytes that
// the page and the engine (crates/worker) understand, and a number that says what is answered.

import init, { answer } from "./engine.js";

const ready = init();

onmessage = async ({ data: { id, bytes } }) => {
  await ready;
  const answered = answer(bytes, (done) => postMessage({ id, done }));
  postMessage({ id, bytes: answered }, [answered.buffer]);
};
