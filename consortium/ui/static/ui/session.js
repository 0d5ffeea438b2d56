// Two minutes before a session ends a dialog asks whether to go on. Other tabs may have put the end off: it is
// asked for before anything is shown. Without this file the page says the time, and a form keeps what was typed.
const WARN = 120_000;
const clock = document.querySelector("[data-session-clock]");
const dialog = document.getElementById("session-ends");
const goOn = dialog.querySelector("[data-session-soon] form");
let ends = Date.parse(clock.dataset.ends);
let shown = new Date(ends);
let timer;

const time = (at) => [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");

const show = (isOver) => {
  for (const part of dialog.querySelectorAll("[data-session-soon]")) part.hidden = isOver;
  for (const part of dialog.querySelectorAll("[data-session-over]")) part.hidden = !isOver;
  if (!dialog.open) dialog.showModal();
};

const wait = () => {
  clearTimeout(timer);
  const left = ends - Date.now();
  timer = setTimeout(look, Math.max(dialog.open ? left : left - WARN, 0) + 500);
};

const note = async (answer) => {
  if (!answer.ok || answer.redirected) return show(true);
  ends = Date.parse((await answer.json()).ends);
  clock.textContent = clock.textContent.replace(time(shown), time(new Date(ends)));
  shown = new Date(ends);
  const left = ends - Date.now();
  if (left > WARN) dialog.close();
  else show(left <= 0);
  if (left > 0) wait();
};

const look = async () => {
  try {
    await note(await fetch(clock.dataset.sessionClock, { headers: { "X-Session-Probe": "1" } }));
  } catch {
    timer = setTimeout(look, 10_000); // no network: ask again
  }
};

goOn.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(goOn));
  try {
    await note(await fetch(goOn.action, { method: "POST", body }));
  } finally {
    delete goOn.dataset.sent;
  }
});

// A sleeping computer runs no timers.
document.addEventListener("visibilitychange", () => document.hidden || look());
wait();
