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
let kept = "unsaved" in note.dataset ? "" : sent().toString();
let running;

const keep = async () => {
  const body = sent();
  if (running || form.dataset.sent || body.toString() === kept) return;
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

const timer = setInterval(keep, EVERY);
document.addEventListener("visibilitychange", () => document.hidden && keep());
form.addEventListener("submit", () => {
  clearInterval(timer);
  running?.abort();
});
