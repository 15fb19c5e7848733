// While the blueprint is filled in: sums, and where the bank falls short, asked from the server after each change.
// Without this module the same stands on the page after saving.

const form = document.querySelector("form[data-check]");
const state = form.querySelector("[data-state]");
let asked = 0;
let waiting;

form.addEventListener("input", (event) => {
  if (!event.target.name || event.target.name.startsWith("add-")) return;
  clearTimeout(waiting);
  waiting = setTimeout(check, 250);
});

async function check() {
  const number = ++asked;
  const typed = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (name !== "csrf_token" && !name.startsWith("add-") && value.trim()) typed.set(name, value);
  }
  const answer = await fetch(`${form.dataset.check}?${typed}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || number !== asked) return;  // no network, or a later change is being asked for
  show(await answer.json());
}

function show({ sums, lacks, short, wrong }) {
  for (const place of form.querySelectorAll("[data-sum]")) place.textContent = sums[place.dataset.sum] ?? "–";
  for (const place of form.querySelectorAll("[data-lack]")) {
    const lack = lacks[place.dataset.lack] ?? "";
    place.textContent = lack;
    document.getElementById(place.dataset.lack).toggleAttribute("data-short", Boolean(lack));
  }
  for (const input of form.querySelectorAll("input[inputmode]")) {
    if (wrong.includes(input.name)) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  state.replaceChildren(...(short.length ? [notice(short)] : []));
}

function notice(sentences) {
  const box = document.createElement("div");
  box.className = "notice notice-warn";
  const inner = box.appendChild(document.createElement("div"));
  const title = inner.appendChild(document.createElement("p"));
  title.className = "notice-title";
  title.textContent = state.dataset.title;
  const list = inner.appendChild(document.createElement("ul"));
  for (const sentence of sentences) list.appendChild(document.createElement("li")).textContent = sentence;
  return box;
}
