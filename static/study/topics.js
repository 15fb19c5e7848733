// @ts-check
/** Topics of passages by keyboard: J and K go on and back, digits choose, Enter confirms. Without this it is a form. */

const list = document.querySelector("[data-passages]");

list?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await confirm(/** @type {HTMLFormElement} */ (event.target));
});

/** @param {HTMLFormElement} form */
async function confirm(form) {
  const article = /** @type {HTMLElement} */ (form.closest(".workshop-passage"));
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Part": "passage" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("article");
    if (!answer.ok || answer.redirected || !fresh) throw new Error(`status ${answer.status}`);
    article.replaceWith(fresh);
    go(fresh, 1);
  } catch {
    form.submit(); // the ordinary way says what is wrong
  }
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (event.ctrlKey || event.altKey || event.metaKey || target.matches("input:not([type=checkbox]), textarea, select, button, a")) return;
  const here = /** @type {HTMLElement | null} */ (target.closest(".workshop-passage"));
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") return go(here, key === "j" ? 1 : -1);
  if (!here) return;
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (here.querySelectorAll("input[type=checkbox]"));
  const box = /^[1-9]$/.test(key) ? boxes[Number(key) - 1] : undefined;
  if (box) box.checked = !box.checked;
  else if (key === "enter") {
    event.preventDefault();
    here.querySelector("form")?.requestSubmit();
  }
});

/** @param {HTMLElement | null} from @param {number} step */
function go(from, step) {
  const all = /** @type {HTMLElement[]} */ ([...(list?.querySelectorAll(".workshop-passage") ?? [])]);
  const next = from ? all[all.indexOf(from) + step] : all[0];
  if (!next) return;
  next.scrollIntoView({ block: "start" });
  next.focus({ preventScroll: true });
}
