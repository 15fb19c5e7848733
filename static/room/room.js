// The counts of a room, every five seconds. Without this module the page renews itself (noscript).

const EVERY = 5000;
const room = document.querySelector("[data-room]");
const state = room.querySelector("[data-live-state]");
const counted = room.querySelector("[data-counted]");
const button = room.querySelector("[data-pause]");
let paused = false;
let shown = state.textContent.match(/\d\d:\d\d:\d\d/)?.[0] ?? "";

button.hidden = false;
button.addEventListener("click", () => {
  paused = !paused;
  button.setAttribute("aria-pressed", String(paused));
  if (paused) say(room.dataset.paused);
  else renew();
});
document.addEventListener("visibilitychange", () => document.hidden || paused || renew());
setInterval(() => document.hidden || paused || renew(), EVERY);

function say(words) {
  state.textContent = words.replace("{time}", shown);
}

let asking = false;
async function renew() {
  if (asking) return;
  asking = true;
  try {
    const answer = await fetch(room.dataset.room, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(2 * EVERY) });
    if (!answer.ok) throw new Error(answer.statusText);
    const counts = await answer.json();
    if (paused) return;  // pressed while this was on its way: what is shown stays
    show("total", counts.total);
    for (const [id, unit] of Object.entries(counts.units)) show(id, unit);
    counted.textContent = counts.counted;
    shown = counts.at;
    say(room.dataset.fresh);
  } catch {
    say(room.dataset.lost);
  } finally {
    asking = false;
  }
}

function show(id, counts) {
  for (const [name, words] of Object.entries(counts.words)) {
    const place = document.querySelector(`[data-count="${id}.${name}"]`);
    if (place && place.textContent !== words) place.textContent = words;
  }
  let at = 0;
  for (const part of document.querySelectorAll(`[data-bar="${id}"] [data-part]`)) {
    const share = counts.shares[part.dataset.part];
    part.setAttribute("x", at);
    part.setAttribute("width", share);
    at += share;
  }
}
