// @ts-check
/**
 * The questions as they stand in the page: reading and drawing answers, one question at a time, the number grid, flags,
 * keys. Knows nothing of saving. The page works without this: then all questions stand below each other in one form.
 */

/** @typedef {"one" | "many" | "group" | "order" | "text"} Kind  shape of an answer, said by data-kind of the question's fieldset */
/** @typedef {HTMLInputElement} Control  or a select or textarea, which have all of it that is used here */
/** @typedef {{read: (inputs: Control[]) => unknown, write: (inputs: Control[], value: any) => void}} Shape */
/**
 * @typedef {object} Slot
 * @property {number} number
 * @property {HTMLElement} section
 * @property {HTMLElement} heading
 * @property {Kind} kind
 * @property {Control[]} inputs
 * @property {HTMLElement[]} items      of an ordering, as displayed at first
 * @property {HTMLInputElement} flag
 * @property {HTMLAnchorElement} cell  in the number grid
 * @property {unknown} drawn           the answer the server drew into the page
 * @property {boolean} drawnFlag
 */

/** A question type whose answer has a new shape adds a line here. Nothing chosen is null. @type {Record<Kind, Shape>} */
const SHAPES = {
  one: {
    read: (inputs) => JSON.parse(inputs.find((input) => input.checked)?.value ?? "null"),
    write: (inputs, value) => inputs.forEach((input) => (input.checked = JSON.parse(input.value) === value)),
  },
  many: {
    read: (inputs) => orNull(inputs.filter((input) => input.checked).map((input) => Number(input.value))),
    write: (inputs, value) => inputs.forEach((input) => (input.checked = (value ?? []).includes(Number(input.value)))),
  },
  group: {
    read: (inputs) => {
      const said = inputs.map((input) => [rowOf(input), saidBy(input)]).filter(([, value]) => value !== null);
      return said.length ? Object.fromEntries(said) : null;
    },
    write: (inputs, value) =>
      inputs.forEach((input) => {
        const said = value?.[rowOf(input)];
        if (input.type === "radio") input.checked = JSON.parse(input.value) === said;
        else input.value = String(said ?? "");
      }),
  },
  order: {
    read: (inputs) => {
      const order = [...inputs.keys()].sort((a, b) => Number(inputs[a]?.value) - Number(inputs[b]?.value));
      return inputs.every((input) => input.value !== "") ? order : null;
    },
    write: (inputs, value) =>
      inputs.forEach((input, item) => (input.value = value ? String(value.indexOf(item)) : "")),
  },
  text: {
    read: ([input]) => (input ? typed(input) : null),
    write: ([input], value) => {
      if (input) input.value = value ?? "";
    },
  },
};
const LETTERS = "abcdefgh";

export class Paper {
  /** @type {Slot[]} */
  slots = [];
  current = 1;
  locked = false;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    form.reset(); // what the server drew, not what the browser remembers of an earlier load
    for (const section of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll(".question"))) {
      this.slots.push(takeUp(section));
    }
    for (const slot of this.slots) this.refresh(slot.number);
  }

  /** @param {number} number @returns {Slot} */
  slot(number) {
    const slot = this.slots[number - 1];
    if (!slot) throw new RangeError(`no question ${number}`);
    return slot;
  }

  /** @param {EventTarget | null} target an element inside a question @returns {Slot | undefined} */
  slotOf(target) {
    const section = target instanceof Element ? target.closest(".question") : null;
    return this.slots.find((slot) => slot.section === section);
  }

  /** The answer in wire format; null when nothing is chosen. @param {number} number */
  read(number) {
    const { kind, inputs } = this.slot(number);
    return SHAPES[kind].read(inputs);
  }

  /** @param {number} number @param {unknown} value */
  write(number, value) {
    const { kind, inputs } = this.slot(number);
    SHAPES[kind].write(inputs, value);
    this.refresh(number);
  }

  /** @param {number} number @param {boolean} on */
  writeFlag(number, on) {
    this.slot(number).flag.checked = on;
    this.refresh(number);
  }

  /** Whether answer and flag are no longer what the server drew. @param {number} number */
  differs(number) {
    const slot = this.slot(number);
    return { answer: JSON.stringify(this.read(number)) !== JSON.stringify(slot.drawn), flag: slot.flag.checked !== slot.drawnFlag };
  }

  /** Whether there is an answer: something chosen or written, or a file handed in. @param {number} number */
  isAnswered(number) {
    return this.read(number) !== null || this.slot(number).section.querySelector("[data-handed]") !== null;
  }

  get answered() {
    return this.slots.filter((slot) => this.isAnswered(slot.number)).length;
  }

  get empty() {
    return this.slots.map((slot) => slot.number).filter((number) => !this.isAnswered(number));
  }

  get flagged() {
    return this.slots.filter((slot) => slot.flag.checked).map((slot) => slot.number);
  }

  /** Brings the grid in line with an answer. @param {number} number */
  refresh(number) {
    const slot = this.slot(number);
    const value = this.read(number);
    slot.cell.toggleAttribute("data-answered", this.isAnswered(number));
    slot.cell.toggleAttribute("data-flagged", slot.flag.checked);
    if (slot.kind === "order") sortItems(slot, /** @type {number[] | null} */ (value));
    if (slot.kind === "text") countWords(slot);
  }

  /**
   * Gives an item of an ordering a place; those between move up or down. The first time all get their places as displayed.
   * @param {number} number @param {Control} input the item's list of places @param {number} place from 0
   */
  place(number, input, place) {
    const { inputs, items } = this.slot(number);
    const rows = [...(items[0]?.parentElement?.children ?? [])]; // in the order of their places so far
    const order = rows.map((row) => items.indexOf(/** @type {HTMLElement} */ (row)));
    const item = inputs.indexOf(input);
    order.splice(order.indexOf(item), 1);
    order.splice(Math.min(Math.max(place, 0), order.length), 0, item);
    this.write(number, order);
  }

  /** Moves an item of an ordering by a place, by its button. @param {HTMLElement} button @returns {number | null} the question, if it moved */
  move(button) {
    const slot = this.slotOf(button);
    const row = /** @type {HTMLElement | null} */ (button.closest(".item"));
    const input = row && slot?.inputs[slot.items.indexOf(row)];
    if (!slot || !input || this.locked) return null;
    const at = [...(row.parentElement?.children ?? [])].indexOf(row);
    this.place(slot.number, input, at + Number(button.dataset.move));
    return slot.number;
  }

  /** Shows one question, and moves the focus to it unless the page has just come. @param {number} number @param {boolean} focus */
  show(number, focus = true) {
    this.current = Math.min(Math.max(number, 1), this.slots.length);
    for (const slot of this.slots) {
      slot.section.hidden = slot.number !== this.current;
      if (slot.number === this.current) slot.cell.setAttribute("aria-current", "true");
      else slot.cell.removeAttribute("aria-current");
    }
    if (!focus) return;
    const { heading } = this.slot(this.current);
    heading.scrollIntoView({ block: "start" });
    heading.focus({ preventScroll: true });
  }

  /** Makes the whole paper read-only, or takes that back. @param {boolean} on */
  lock(on) {
    this.locked = on;
    for (const { section } of this.slots) {
      for (const control of section.querySelectorAll("input, select, textarea, button")) control.toggleAttribute("disabled", on);
    }
  }

  /**
   * Chooses by key: the n-th option (0-based), or the n-th row (statement, left side, item, gap), which gets the focus.
   * @param {number} n @returns {boolean} whether an answer changed
   */
  choose(n) {
    const { kind, inputs } = this.slot(this.current);
    if (kind === "group" || kind === "order") {
      const row = inputs.filter((input) => rowOf(input) === String(n));
      (row.find((input) => input.checked) ?? row[0])?.focus();
      return false;
    }
    const input = inputs[n];
    if (!input || input.disabled || kind === "text") return false;
    input.checked = kind === "many" ? !input.checked : true;
    input.focus();
    return true;
  }
}

/** Which option a key means: 1–9, A–H without F, which is the flag. @param {KeyboardEvent} event @returns {number | null} */
export function optionOf(event) {
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  if (digit) return Number(digit[1]) - 1;
  const letter = letterOf(event);
  const at = letter === "f" ? -1 : LETTERS.indexOf(letter);
  return at < 0 ? null : at;
}

/** The letter of a key, also while a Vietnamese input method is on. @param {KeyboardEvent} event */
export function letterOf(event) {
  return /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : /^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase() ?? " ";
}

/** @param {HTMLElement} section @returns {Slot} */
function takeUp(section) {
  const number = Number(section.dataset.slot);
  const ask = /** @type {HTMLElement} */ (section.querySelector(".ask"));
  const inputs = [.../** @type {NodeListOf<Control>} */ (ask.querySelectorAll("input, select, textarea"))];
  const items = [.../** @type {NodeListOf<HTMLElement>} */ (ask.querySelectorAll(".item"))];
  for (const moves of /** @type {NodeListOf<HTMLElement>} */ (ask.querySelectorAll(".moves"))) moves.hidden = false;
  const kind = /** @type {Kind} */ (ask.dataset.kind);
  const flag = /** @type {HTMLInputElement} */ (section.querySelector(`[name="f-${number}"]`));
  return {
    number, section, kind, inputs, items, flag,
    heading: /** @type {HTMLElement} */ (section.querySelector("h2")),
    cell: /** @type {HTMLAnchorElement} */ (document.querySelector(`.grid a[href="#q${number}"]`)),
    drawn: SHAPES[kind].read(inputs),
    drawnFlag: flag.checked,
  };
}

/** Whether a control is typed into, so that its answer waits for a pause. @param {Element} control */
export function isTyped(control) {
  return control instanceof HTMLTextAreaElement || (control instanceof HTMLInputElement && control.type === "text");
}

/** The row of a control by its name, a-3-0. @param {Control} input */
function rowOf(input) {
  return input.name.split("-")[2] ?? "";
}

/** What one control of a row says; null for nothing. @param {Control} input */
function saidBy(input) {
  if (input.type === "radio") return input.checked ? JSON.parse(input.value) : null;
  if (isTyped(input)) return typed(input);
  return input.value === "" ? null : Number(input.value);
}

/** @param {Control} input */
function typed(input) {
  return input.value.trim() ? input.value.normalize("NFC") : null;
}

/** Shows the items of an ordering in the order of their places. @param {Slot} slot @param {number[] | null} order */
function sortItems({ items }, order) {
  const wanted = order ? order.map((item) => items[item]) : items;
  const list = items[0]?.parentElement;
  if (!list || wanted.every((row, at) => row === list.children[at])) return;
  const held = list.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  list.replaceChildren(.../** @type {HTMLElement[]} */ (wanted));
  held?.focus(); // moving a row in the page takes the focus from it, and may move it out of sight
}

/** Says how long an essay is: seen at once, spoken only when it gets too long or fits again. @param {Slot} slot */
function countWords({ section, inputs }) {
  const line = /** @type {HTMLElement | null} */ (section.querySelector("[data-words]"));
  if (!line) return;
  const count = (inputs[0]?.value.match(/\S+/g) ?? []).length;
  const least = Number(line.dataset.least);
  const most = Number(line.dataset.most);
  const state = most && count > most ? "long" : count && count < least ? "short" : "fine";
  const gap = state === "long" ? count - most : least - count;
  line.hidden = false;
  line.textContent = (line.dataset[state] ?? "").replace("{count}", String(count)).replace("{gap}", String(gap));
  if (state === line.dataset.state) return;
  const spoken = line.nextElementSibling;
  if (spoken && line.dataset.state && (state === "long" || line.dataset.state === "long")) spoken.textContent = line.textContent;
  line.dataset.state = state;
}

/** @template T @param {T[]} list */
function orNull(list) {
  return list.length ? list : null;
}
