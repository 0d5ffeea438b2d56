// What is being written is kept on the server for its writer, so that a closed window loses nothing. Without
// this file nothing is kept on the way; saving works as ever.
const EVERY = 20_000;
const time = (at) => [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
const note = document.querySelector("[data-keep]");
const form = note.closest("form");
const sent = () => {
  const data = new URLSearchParams(new FormData(form));
  data.delete("once");
  return data;
};
const first = "unsaved" in note.dataset ? "" : sent().toString();
let kept = first;
let running;

// While something kept earlier is offered and neither taken up nor dropped, it is not written over.
const waits = document.querySelector("[data-drop]");

const keep = async (known) => {
  const body = sent();
  if (waits || running || form.dataset.sent || body.toString() === known) return;
  running = new AbortController();
  try {
    const keepalive = body.toString().length < 60_000; // browsers let no more outlive its page
    const answer = await fetch(note.dataset.keep, { method: "POST", body, keepalive, signal: running.signal });
    if (answer.status !== 204) throw new Error(String(answer.status));
    kept = body.toString();
    note.textContent = note.dataset.kept.replace("#", time(new Date()));
  } catch (error) {
    if (error.name !== "AbortError") note.textContent = note.dataset.failed;
  } finally {
    running = undefined;
  }
};

setInterval(() => keep(kept), EVERY);
// Kept or not: a second window may have saved meanwhile, and dropped what this one had kept.
document.addEventListener("visibilitychange", () => document.hidden && keep(first));
document.addEventListener("submit", () => running?.abort());
