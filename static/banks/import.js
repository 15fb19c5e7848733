// @ts-check
/**
 * Importing questions: a file may be dropped, a decision changes only its question, N and P go to the next and the
 * previous doubtful one, where A to J set the key. Without this every button is an ordinary form.
 */

for (const area of document.querySelectorAll("[data-drop]")) {
  const input = /** @type {HTMLInputElement} */ (area.querySelector("input[type=file]"));
  const over = (/** @type {Event} */ event, /** @type {boolean} */ on) => {
    event.preventDefault();
    area.toggleAttribute("data-over", on);
  };
  area.addEventListener("dragover", (event) => over(event, true));
  area.addEventListener("dragleave", (event) => over(event, false));
  area.addEventListener("drop", (event) => {
    over(event, false);
    const files = /** @type {DragEvent} */ (event).dataTransfer?.files;
    if (files?.length) input.files = files;
  });
}

const list = document.querySelector("[data-import]");

list?.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const pressed = /** @type {HTMLButtonElement | null} */ (/** @type {SubmitEvent} */ (event).submitter);
  const article = /** @type {HTMLElement} */ (form.closest(".import-question"));
  event.preventDefault();
  const body = new FormData(form, pressed);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "question" } });
    if (!answer.ok || answer.redirected) throw new Error(`status ${answer.status}`);
    take(article, await answer.text(), pressed?.value ?? "");
  } catch {
    form.append(hidden("act", pressed?.value ?? ""));
    form.submit(); // the ordinary way says what is wrong
  }
});

/** @param {HTMLElement} article @param {string} html @param {string} act the button that had the focus */
function take(article, html, act) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("article");
  if (!fresh) return location.reload();
  article.replaceWith(fresh);
  const button = fresh.querySelector(`button[value="${CSS.escape(act)}"]`) ?? fresh;
  /** @type {HTMLElement} */ (button).focus({ preventScroll: true });
  tell(/** @type {HTMLElement} */ (fresh));
}

/** The bar says what the answer carries along: how many are taken, how many there are of each status. @param {HTMLElement} fresh */
function tell(fresh) {
  const none = fresh.dataset.taken === "0";
  if (!none && !document.querySelector("#import-bar [data-part=store]")) {
    location.hash = fresh.id; // the first that can be stored: the page is needed with its button
    return location.reload();
  }
  for (const said of fresh.querySelectorAll("template[data-part]")) {
    const part = /** @type {HTMLElement} */ (said).dataset.part ?? "";
    const words = /** @type {HTMLTemplateElement} */ (said).content.textContent ?? "";
    const place = /** @type {HTMLElement | null} */ (document.querySelector(`#import-bar [data-part="${part}"]`));
    if (!place) continue;
    const button = place.querySelector("button");
    if (button) place.hidden = none;
    else place.closest("a")?.toggleAttribute("hidden", words === "0" || !words);
    const url = /** @type {HTMLElement} */ (said).dataset.url;
    if (url) place.closest("a")?.setAttribute("href", url);
    if (button?.lastChild) button.lastChild.textContent = words;
    else place.textContent = words;
  }
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (event.ctrlKey || event.altKey || event.metaKey || target.matches("input, textarea, select")) return;
  const key = event.key.toLowerCase();
  if (/^[a-j]$/.test(key)) return choose(target.closest(".import-question"), key.charCodeAt(0) - 97);
  const step = { n: 1, p: -1 }[key];
  if (!step || !list) return;
  const doubtful = /** @type {HTMLElement[]} */ ([...list.querySelectorAll('.import-question:not([data-status="complete"])')]);
  const here = target.closest(".import-question");
  const top = (/** @type {Element} */ one) => one.getBoundingClientRect().top;
  const line = here ? top(here) : 0;
  const next = step > 0 ? doubtful.find((one) => one !== here && top(one) > line) : doubtful.findLast((one) => one !== here && top(one) < line);
  if (!next) return step > 0 ? onward(here) : undefined;
  next.scrollIntoView({ block: "start" });
  next.focus({ preventScroll: true });
});

/** The option at a place of the question that was gone to is its key, as by a click. @param {Element | null} question @param {number} place */
function choose(question, place) {
  const button = question?.querySelector(`button[value="key-${place}"]`);
  /** @type {HTMLButtonElement | null | undefined} */ (button)?.click();
}

/** Behind the last doubtful question of the page: where the link says that there is one. @param {Element | null} here */
function onward(here) {
  const from = here ?? list?.querySelector(".import-question:last-child");
  /** @type {HTMLAnchorElement | null | undefined} */ (from?.querySelector("a[data-next]"))?.click();
}

// A question that has left the page since (its status is another now) is looked for on the page as it is now.
list?.addEventListener("click", (event) => {
  const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest("a[data-next]"));
  if (!link || link.search !== location.search || document.querySelector(link.hash)) return;
  event.preventDefault();
  location.hash = link.hash;
  location.reload();
});

/** @param {string} name @param {string} value */
function hidden(name, value) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  return input;
}
