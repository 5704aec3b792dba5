// A link marked data-make opens a small form over the page; what is made there is chosen in the lookup beside the link.
// Without script it opens the whole form in a window of its own.
import htmx from "htmx.org";
import { boxOverPage } from "./box.js";

export function makeInPlace() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-make]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.HTMLDialogElement) return;
    event.preventDefault();
    open(link);
  });
}

async function open(link) {
  const select = document.getElementById(link.dataset.make);
  const words = encodeURIComponent(select.dataset.words ?? "");
  const answer = await fetch(`${link.dataset.quick}&words=${words}`, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return window.open(link.href, "_blank", "noopener");
  const box = boxOverPage("quick", "quick-box");
  show(box, await answer.text());
  box.onclick = (event) => event.target.closest("[data-close]") && box.close();
  box.onsubmit = (event) => send(event, box, select);
  box.showModal();
}

function show(box, words) {
  box.innerHTML = words;
  htmx.process(box);
  htmx.trigger(box, "htmx:load", { elt: box });
  (box.querySelector("[aria-invalid=true]") ?? box.querySelector("input:not([type=hidden]), textarea"))?.focus();
}

// The form over the page is no part of the one below: nothing there is sent, and nothing there counts as saved.
async function send(event, box, select) {
  event.preventDefault();
  event.stopPropagation();
  const answer = await fetch(event.target.action, { method: "POST", body: new FormData(event.target), credentials: "same-origin" });
  if (answer.redirected) return window.location.reload();
  if (!answer.headers.get("content-type").includes("json")) return show(box, await answer.text());
  choose(select, await answer.json());
  box.close();
}

function choose(select, made) {
  if (select.tomselect) {
    select.tomselect.addOption(made);
    select.tomselect.addItem(made.value);
    return comeBack(select.tomselect);
  }
  select.append(new Option(made.text, made.value, true, true));
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

// To the lookup, without opening it again.
function comeBack(lookup) {
  lookup.settings.openOnFocus = false;
  lookup.focus();
  window.setTimeout(() => { lookup.settings.openOnFocus = true; }, 100);
}
