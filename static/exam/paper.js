// @ts-check
/**
 * The questions as they stand in the page: reading and drawing answers, one question at a time, the number grid, flags,
 * keys. Knows nothing of saving. The page works without this: then all questions stand below each other in one form.
 */

/** @typedef {"one" | "many" | "group" | "text"} Kind  shape of an answer, said by data-kind of the question's fieldset */
/** @typedef {{read: (inputs: HTMLInputElement[]) => unknown, write: (inputs: HTMLInputElement[], value: any) => void}} Shape */
/**
 * @typedef {object} Slot
 * @property {number} number
 * @property {HTMLElement} section
 * @property {HTMLElement} heading
 * @property {Kind} kind
 * @property {HTMLInputElement[]} inputs
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
      const said = inputs.filter((input) => input.checked).map((input) => pair(input.value));
      return said.length ? Object.fromEntries(said) : null;
    },
    write: (inputs, value) =>
      inputs.forEach((input) => {
        const [row, verdict] = pair(input.value);
        input.checked = (value ?? {})[row] === verdict;
      }),
  },
  text: {
    read: ([input]) => (input?.value.trim() ? input.value.normalize("NFC") : null),
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

  get answered() {
    return this.slots.filter((slot) => this.read(slot.number) !== null).length;
  }

  get empty() {
    return this.slots.map((slot) => slot.number).filter((number) => this.read(number) === null);
  }

  get flagged() {
    return this.slots.filter((slot) => slot.flag.checked).map((slot) => slot.number);
  }

  /** Brings the grid in line with an answer. @param {number} number */
  refresh(number) {
    const { cell, flag } = this.slot(number);
    cell.toggleAttribute("data-answered", this.read(number) !== null);
    cell.toggleAttribute("data-flagged", flag.checked);
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
      for (const control of section.querySelectorAll("input, button")) control.toggleAttribute("disabled", on);
    }
  }

  /**
   * Chooses by key: the n-th option (0-based), or the n-th statement's row, which gets the focus.
   * @param {number} n @returns {boolean} whether an answer changed
   */
  choose(n) {
    const { kind, inputs } = this.slot(this.current);
    if (kind === "group") {
      const row = inputs.filter((input) => pair(input.value)[0] === String(n));
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
  const inputs = [.../** @type {NodeListOf<HTMLInputElement>} */ (ask.querySelectorAll("input"))];
  const kind = /** @type {Kind} */ (ask.dataset.kind);
  const flag = /** @type {HTMLInputElement} */ (section.querySelector(`[name="f-${number}"]`));
  return {
    number, section, kind, inputs, flag,
    heading: /** @type {HTMLElement} */ (section.querySelector("h2")),
    cell: /** @type {HTMLAnchorElement} */ (document.querySelector(`.grid a[href="#q${number}"]`)),
    drawn: SHAPES[kind].read(inputs),
    drawnFlag: flag.checked,
  };
}

/** @param {string} value "0:true" @returns {[string, boolean]} */
function pair(value) {
  const [row = "", verdict] = value.split(":");
  return [row, verdict === "true"];
}

/** @template T @param {T[]} list */
function orNull(list) {
  return list.length ? list : null;
}
