// The sheet of a marker: adds up the points while they are typed, and Ctrl+Enter keeps the mark and goes on.

const form = /** @type {HTMLFormElement} */ (document.getElementById("marking"));
const fields = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("[data-points]")]);
const sum = /** @type {HTMLElement} */ (form.querySelector("[data-sum]"));

/** A number in Vietnamese or English notation; NaN for anything else. @param {string} text */
function read(text) {
  const plain = text.trim().replace(",", ".");
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : NaN;
}

/** @param {number} value */
function shown(value) {
  return String(Math.round(value * 100) / 100).replace(".", document.documentElement.lang === "vi" ? "," : ".");
}

function add() {
  const points = fields.map((field) => read(field.value));
  const total = points.reduce((one, other) => one + other, 0);
  sum.hidden = fields.length < 2 || Number.isNaN(total);
  const words = sum.dataset.sum ?? "";
  sum.textContent = words.replace("{points}", shown(total)).replace("{most}", shown(Number(form.dataset.most)));
}

form.addEventListener("input", add);
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit(/** @type {HTMLButtonElement} */ (form.querySelector("button[value=next]")));
});
add();
