// @ts-check
/** Text size and high contrast: at once on this page, and kept for the person like everywhere else. */
import { byId, root, setText, state, token } from "./page.js";

const SIZES = [100, 125, 150, 200]; // percent
const usual = root.dataset.bsTheme === "contrast" ? "auto" : root.dataset.bsTheme ?? "auto";

draw();
byId("looks").addEventListener("click", (event) => {
  const button = /** @type {Element} */ (event.target).closest("button");
  if (button?.dataset.size !== undefined) resize(Number(button.dataset.size));
  else if (button) recolour(button.getAttribute("aria-pressed") !== "true");
});

/** @param {number} direction -1, 0 or 1 */
function resize(direction) {
  const at = SIZES.indexOf(Number(root.dataset.textSize ?? 100));
  const size = direction ? SIZES[Math.min(SIZES.length - 1, Math.max(0, at + direction))] ?? 100 : 100;
  root.dataset.textSize = String(size);
  draw();
  keep("text_size", String(size));
}

/** @param {boolean} strong */
function recolour(strong) {
  const theme = strong ? "contrast" : usual;
  if (theme === "auto") delete root.dataset.bsTheme;
  else root.dataset.bsTheme = theme;
  draw();
  keep("theme", theme);
}

function draw() {
  setText("[data-size-now]", `${root.dataset.textSize ?? 100} %`);
  byId("contrast").setAttribute("aria-pressed", String(root.dataset.bsTheme === "contrast"));
}

/** Without a network it holds for this page alone. @param {string} name @param {string} value */
function keep(name, value) {
  const body = new URLSearchParams({ csrf_token: token.value, [name]: value });
  fetch(state.urls.preferences, { method: "POST", body, credentials: "same-origin", redirect: "manual" }).catch(() => {});
}
