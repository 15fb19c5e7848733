// "Read it here": the text of a file opens under its line, so that the rubric stays beside it.
// Without scripts, or when it does not come, the link leads to the same text on a page of its own.

/** @param {HTMLAnchorElement} link */
async function open(link) {
  const item = /** @type {HTMLElement} */ (link.closest("li"));
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const text = answer.ok ? page.querySelector("[data-read]") : null;
  if (!text) throw new Error("no text to show here");
  item.append(document.adoptNode(text));
  link.setAttribute("aria-expanded", "true");
}

for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("[data-read-here]"))) {
  link.setAttribute("role", "button");
  link.setAttribute("aria-expanded", "false");
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const text = /** @type {HTMLElement | null} */ (link.closest("li")?.querySelector("[data-read]") ?? null);
    if (text) {
      text.hidden = !text.hidden;
      link.setAttribute("aria-expanded", String(!text.hidden));
      return;
    }
    link.setAttribute("aria-busy", "true");
    try {
      await open(link);
    } catch {
      location.href = link.href;
    } finally {
      link.removeAttribute("aria-busy");
    }
  });
}
