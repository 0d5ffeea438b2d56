// Small comforts only: every flow works without this file.

// A menu closes on Escape and when something else is clicked.
const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Browsers without invoker commands still open dialogs.
if (!("commandForElement" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("button[command='show-modal'][commandfor]");
    if (opener) document.getElementById(opener.getAttribute("commandfor"))?.showModal();
  });
}

// A second click on a submit button does nothing; the server would carry it out only once anyway.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});

// Coming back by the history button, a form may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Characters left, told aloud only when typing pauses; the server counts again. Line breaks are sent as two.
for (const count of document.querySelectorAll("[data-count-of]")) {
  const box = document.getElementById(count.dataset.countOf);
  if (!box) continue;
  let pause;
  box.removeAttribute("maxlength"); // a paste is not cut off in silence
  box.addEventListener("input", () => {
    const left = Number(count.dataset.most) - [...box.value].length;
    count.toggleAttribute("data-over", left < 0);
    count.textContent = (left < 0 ? count.dataset.tooMany : count.dataset.left).replace("#", Math.abs(left));
    clearTimeout(pause);
    count.removeAttribute("role");
    pause = setTimeout(() => count.setAttribute("role", "status"), 1000);
  });
}

// Polling stops where it is refused or the connection is lost; the reader is told and reloads herself.
const tell = (progress) => {
  const still = progress.cloneNode(true); // without htmx, which stops with the element it has polled for
  for (const { name } of [...still.attributes]) if (/^(hx-|data-htmx)/.test(name)) still.removeAttribute(name);
  still.querySelector("[role=status]").textContent = progress.dataset.lost;
  progress.replaceWith(still);
};
const polled = (event) => event.detail?.ctx?.sourceElement?.closest(".progress[data-lost]");
document.addEventListener("htmx:before:response", (event) => {
  if (!polled(event) || event.detail.ctx.response.status < 400) return;
  event.preventDefault(); // an error page has no place inside this one
  tell(polled(event));
});
document.addEventListener("htmx:error", (event) => polled(event) && tell(polled(event)));
