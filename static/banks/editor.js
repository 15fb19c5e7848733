// The question editor while somebody writes: the phone beside the form follows, what is not stored yet is kept every
// few seconds, rows and pictures change without a new page, and the keyboard moves and stores.
// Without this module every button does the same by a new page.

const PREVIEW_MS = 400; // after the last key
const KEEP_MS = 2000;
const LONGEST_WAIT_MS = 10_000; // somebody who never stops typing is kept, too
const AGAIN_MS = 10_000;

/** @type {HTMLFormElement} */
const form = document.querySelector("form[data-editor]");
const words = { ...form.dataset };
const section = document.querySelector(".bank-preview");
const phone = openFrame(section.querySelector(".phone"));
const offered = document.querySelector("[data-offer]");

let changes = 0; // counted, so that an answer knows whether it is still true
let keptChanges = 0;
let keeping;
/** @type {AbortController | undefined} */
let keepingNow;
let waitingSince = 0;
let previewing;
let previewAsked = 0;
let leaving = false;

form.dataset.live = "";
listen();
enliven();
if (!phone.querySelector("fieldset")) void preview();
if ("dirty" in words) {
  changes = 1; // this page shows what was posted and not stored
  later();
}

function listen() {
  form.addEventListener("input", changed);
  form.addEventListener("change", onChange);
  form.addEventListener("click", onClick);
  form.addEventListener("keydown", onKey);
  form.addEventListener("submit", () => {
    leaving = true; // what is stored now must not be kept once more as unsaved
    clearTimeout(keeping);
    keepingNow?.abort();
  });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => {
    if (!leaving && changes > keptChanges) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && changes > keptChanges && !leaving) void keep();
  });
}

/** Browsers that do not know the frame in the page's source get it from here. */
function openFrame(host) {
  const template = host.querySelector("template");
  if (!host.shadowRoot) host.attachShadow({ mode: "open" });
  if (template) {
    host.shadowRoot.append(template.content);
    template.remove();
  }
  return host.shadowRoot;
}

// ---------------------------------------------------------------------------------- what follows from typing

function changed(event) {
  if (event.target.id === "cites-search") return search();
  changes += 1;
  later();
}

function later() {
  clearTimeout(previewing);
  previewing = setTimeout(preview, PREVIEW_MS);
  if (offered) return say(words.wordsOffer, "failed");
  waitingSince ||= Date.now();
  const wait = Math.min(KEEP_MS, Math.max(waitingSince + LONGEST_WAIT_MS - Date.now(), 0));
  clearTimeout(keeping);
  keeping = setTimeout(keep, wait);
}

function onChange(event) {
  const field = event.target;
  if (field.type === "file" && field.files.length) void press("upload", field.id);
  if (field.name === "stimulus") void press("stimulus", field.id);
}

/** The fields as they stand, without files: those are uploaded once, when they are chosen. */
function typed() {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

async function preview() {
  const number = ++previewAsked;
  const host = phone.host;
  host.setAttribute("aria-busy", "true");
  const answer = await send(words.preview, typed());
  if (number !== previewAsked) return;
  host.removeAttribute("aria-busy");
  if (!answer?.ok) return;
  const part = document.createElement("template");
  part.innerHTML = await answer.text();
  phone.querySelector("[data-phone]").replaceWith(part.content);
}

async function keep() {
  if (offered || leaving) return;
  clearTimeout(keeping);
  waitingSince = 0;
  keepingNow = new AbortController();
  const asked = changes;
  const data = typed();
  data.append("place", words.place);
  const answer = await send(words.unsaved, data, keepingNow.signal);
  if (leaving) return;
  if (answer?.ok) {
    keptChanges = Math.max(keptChanges, asked);
    return say(words.wordsKept.replace("{at}", (await answer.json()).at), "kept");
  }
  say(answer?.status === 401 || answer?.status === 400 ? words.wordsOut : words.wordsFailed, "failed");
  keeping = setTimeout(keep, AGAIN_MS);
}

/** @returns {Promise<Response | null>} null without a network */
function send(url, body, signal = undefined) {
  const size = [...body].reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return fetch(url, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    redirect: "error",
    signal,
    keepalive: Boolean(signal) && size < 20_000, // browsers refuse more than 64 KB of a page that is left
  }).catch(() => null);
}

function say(sentence, state) {
  const place = form.querySelector("[data-kept]");
  if (place.textContent !== sentence) place.textContent = sentence;
  place.dataset.state = state;
}

// ------------------------------------------------------------------------- buttons that change rows and pictures

const IN_PLACE = /^(add|up|down|remove|blank|unblank|drop|upload|stimulus|more)(-|$)/;

function onClick(event) {
  const button = event.target.closest("button[name=go]");
  if (button?.value === "preview") {
    event.preventDefault();
    section.setAttribute("data-open", "");
    void preview();
    section.scrollIntoView({ block: "start" });
    section.focus({ preventScroll: true });
  } else if (button && IN_PLACE.test(button.value)) {
    event.preventDefault();
    if ("insertBlank" in button.dataset) markBlank();
    void press(button.value);
  }
}

/** The mark of the next blank where the cursor stands in the question text; the server adds its fields. */
function markBlank() {
  const stem = form.elements.namedItem("stem");
  const mark = `[[${form.querySelectorAll("[name=blanks]").length + 1}]]`;
  if (!stem.value.includes(mark)) stem.setRangeText(mark, stem.selectionStart, stem.selectionEnd, "end");
}

/** Do what a button says without a new page: the server draws the form, which takes the place of this one's. */
async function press(go, focusId = "") {
  const data = go === "upload" ? new FormData(form) : typed();
  data.set("go", go);
  form.inert = true; // for a moment: what was typed meanwhile would be gone
  const answer = await send(form.action, data);
  const text = answer?.ok ? await answer.text() : "";
  form.inert = false;
  const fresh = text && new DOMParser().parseFromString(text, "text/html").querySelector("form[data-editor]");
  if (!fresh) return say(words.wordsOffline, "failed");
  const open = [...form.querySelectorAll("details[open][id]")].map((each) => each.id);
  const kept = form.querySelector("[data-kept]");
  form.replaceChildren(...fresh.childNodes);
  form.querySelector("[data-kept]").replaceWith(kept);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  enliven();
  focusAfter(go, focusId);
  changes += 1;
  later();
}

function focusAfter(go, focusId) {
  const [act, number] = [go.replace(/-.*/, ""), Number(/\d+$/.exec(go)?.[0] ?? 0)];
  const rows = form.querySelectorAll("[data-row]");
  const to = {
    up: `#row-${number - 1}`,
    down: `#row-${number + 1}`,
    add: `#row-${rows.length - 1}`,
    remove: `#row-${Math.min(number, rows.length - 1)}`,
    blank: "#rows > fieldset:last-of-type input[type=text], #rows > fieldset:last-of-type input:not([type])",
    upload: `#${focusId}, #${focusId.replace(/-file$/, "").replace(/-(\d+)$/, "-alt-$1")}, [id^="${focusId.replace(/-file$/, "")}-alt-"]`,
    stimulus: "#stimulus",
  }[act];
  const found = (to && form.querySelector(to)) || form.querySelector("#rows");
  found?.focus();
}

// ------------------------------------------------------------------------------------------------ keyboard

function onKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit([...form.querySelectorAll("button[name=go][value=save]")].at(-1));
    return;
  }
  const row = event.target.closest("[data-row]");
  if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const way = event.key === "ArrowUp" ? "up" : "down";
  if (row.querySelector(`button[value="${way}-${row.dataset.row}"]`)) void press(`${way}-${row.dataset.row}`);
}

// ---------------------------------------------------------------------------------------- finding a passage

function enliven() {
  const list = form.querySelectorAll(".bank-cites .choice");
  form.querySelector(".cites-search").hidden = list.length < 6;
}

/** Words without their marks: "dot pha" finds "đột phá". */
function folded(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");
}

function search() {
  const wanted = folded(form.querySelector("#cites-search").value).split(/\s+/).filter(Boolean);
  let found = 0;
  for (const item of form.querySelectorAll(".bank-cites .choice")) {
    const text = folded(item.textContent);
    const fits = wanted.every((word) => text.includes(word));
    item.hidden = !fits && !item.querySelector(":checked");
    found += fits;
  }
  form.querySelector("[data-none]").hidden = found > 0;
}
