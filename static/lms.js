// Conveniences on top of pages that work without them. Nothing here is needed for any action.

const sizes = [100, 125, 150, 200];
const root = document.documentElement;

// Text size, colours: shown at once, stored by the same form in the background. A language needs the page anew.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const kind = form.dataset.preference;
  if (kind !== "text_size" && kind !== "theme") return;
  event.preventDefault();
  const button = event.submitter;
  const value = kind === "text_size" ? steppedSize(Number(button.dataset.step)) : button.value;
  const data = new FormData(form);
  data.set(kind, value);
  fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch(() => {});  // shown all the same; without a network it is not kept
  kind === "text_size" ? showSize(value) : showTheme(value);
});

function steppedSize(step) {
  if (step === 0) return 100;
  const now = sizes.indexOf(Number(root.dataset.textSize ?? 100));
  return sizes[Math.min(Math.max(now + step, 0), sizes.length - 1)];
}

function showSize(size) {
  if (size === 100) delete root.dataset.textSize;
  else root.dataset.textSize = size;
  for (const output of document.querySelectorAll('[data-preference="text_size"] [data-state]')) output.textContent = `${size} %`;
}

function showTheme(theme) {
  if (theme === "auto") delete root.dataset.bsTheme;
  else root.dataset.bsTheme = theme;
  for (const button of document.querySelectorAll('[data-preference="theme"] [name="theme"]')) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

// Panels close by Escape (the focus goes back to their button) and by a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const box of document.querySelectorAll(".popover-box[open]")) {
    box.open = false;
    box.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const box of document.querySelectorAll(".popover-box[open]")) {
    if (!box.contains(event.target)) box.open = false;
  }
});

// A form is sent once: the second press of its button does nothing until the page is shown again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

for (const summary of document.querySelectorAll("[data-focus]")) summary.focus();
for (const select of document.querySelectorAll("select[data-submits]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
if (matchMedia("(min-width: 62em)").matches) {
  for (const details of document.querySelectorAll("[data-open-wide]")) details.open = true;
}

// "Show" beside a password.
for (const button of document.querySelectorAll("[data-reveals]")) {
  const input = document.getElementById(button.dataset.reveals);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
  input.form.addEventListener("submit", () => { input.type = "password"; });
}

// A calendar beside a field in which a day is typed: the day that is chosen is written as people here write it, whatever
// the language of the browser. A time that was typed stays.
for (const button of document.querySelectorAll("[data-picks]")) {
  const typed = document.getElementById(button.dataset.picks);
  const calendar = button.parentElement.querySelector(".calendar");
  if (!calendar.showPicker) continue;
  button.hidden = calendar.hidden = false;
  const written = /(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})/;
  button.addEventListener("click", () => {
    const [, day, month, year] = typed.value.match(written) ?? [];
    calendar.value = year ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : "";
    calendar.showPicker();
  });
  calendar.addEventListener("change", () => {
    if (!calendar.value) return;
    const day = calendar.value.split("-").reverse().join("/");
    const time = typed.value.match(/\d{1,2}(:|h)\d{0,2}/)?.[0] ?? "";
    typed.value = written.test(typed.value) ? typed.value.replace(written, day) : `${day} ${time}`.trim();
    typed.dispatchEvent(new Event("change", { bubbles: true }));
    typed.focus();
  });
}

// <form data-counts="person"> with <output data-count>: how many boxes of that name are ticked.
for (const form of document.querySelectorAll("form[data-counts]")) {
  const count = () => {
    const ticked = form.querySelectorAll(`input[name="${form.dataset.counts}"]:checked`).length;
    for (const output of form.querySelectorAll("[data-count]")) output.textContent = ticked;
  };
  form.addEventListener("change", count);
  count();
}

// Long work: ask every two seconds; the bar never goes back; the page is shown anew when it is over.
for (const box of document.querySelectorAll("[data-job]")) watch(box);

async function watch(box) {
  const bar = box.querySelector("progress");
  const spoken = box.querySelector("[data-job-spoken]");
  let lastSpoken = 0;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    let job;
    try {
      const answer = await fetch(box.dataset.job, { headers: { Accept: "application/json" } });
      if (!answer.ok) continue;
      job = await answer.json();
    } catch {
      continue;  // no network for the moment: the work goes on without us
    }
    if (job.state !== "waiting" && job.state !== "running") return location.reload();
    if (job.total) {
      bar.max = job.total;
      bar.value = Math.max(bar.value, job.done);
    }
    if (job.text) box.querySelector("[data-job-text]").textContent = job.text;
    box.querySelector("[data-job-left]").textContent = job.left ?? "";
    if (job.text && Date.now() - lastSpoken > 15000) {
      spoken.textContent = job.text;
      lastSpoken = Date.now();
    }
  }
}
