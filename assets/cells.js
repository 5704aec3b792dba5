// A pen in a cell of a list opens the value for typing. Enter or leaving the cell saves it, Escape leaves it as it was; the server
// decides, and what it refuses goes back with the reason.
import htmx from "htmx.org";
import { tell } from "./menus.js";

export function typeInCells() {
  document.addEventListener("click", (event) => {
    const pen = event.target.closest("button.pen");
    if (pen) open(pen);
  });
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.(".cell-edit");
    if (!cell) return;
    if (event.key === "Escape") close(cell.parentElement);
    else if (event.key === "Enter" && !event.target.closest(".dropdown-active")) save(cell.parentElement);
    else return;
    event.preventDefault();
  }, true);
  document.addEventListener("change", (event) => {
    const cell = event.target.closest?.(".cell-edit");
    if (cell && event.target.matches("select, [type=checkbox]")) save(cell.parentElement);
  });
  document.addEventListener("focusout", (event) => {
    const cell = event.target.closest?.(".cell-edit");
    if (cell && !cell.contains(event.relatedTarget)) window.setTimeout(() => cell.contains(document.activeElement) || save(cell.parentElement), 150);
  });
}

async function open(pen) {
  const place = pen.closest("td");
  const answer = await fetch(pen.dataset.cell, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return tell(await why(answer));
  if (place.querySelector(".cell-edit")) return;
  place.before = [...place.childNodes];
  place.address = pen.dataset.cell;
  place.innerHTML = await answer.text();
  htmx.process(place);
  htmx.trigger(place, "htmx:load", { elt: place });
  place.began = typed(place);
  const input = place.querySelector("select.tomselected")?.tomselect ?? place.querySelector("input:not([type=hidden]), select, textarea");
  input.focus();
  input.select?.();
}

const typed = (place) => JSON.stringify([...place.querySelectorAll("[name]")].map((each) => (each.type === "checkbox" ? each.checked : each.value)));

function close(place) {
  if (!place?.before) return;
  place.replaceChildren(...place.before);
  place.before = null;
  place.querySelector(".pen")?.focus();
}

async function save(place) {
  const cell = place?.querySelector(".cell-edit");
  if (!cell || place.saving) return;
  if (typed(place) === place.began) return close(place);
  place.saving = true;
  const body = new FormData();
  body.set("csrf_token", cell.dataset.token);
  body.set("_version", cell.dataset.version);
  for (const each of cell.querySelectorAll("[name]")) if (each.type !== "checkbox" || each.checked) body.append(each.name, each.value);
  const answer = await fetch(place.address, { method: "POST", body, credentials: "same-origin" }).catch(() => null);
  place.saving = false;
  if (!answer?.ok) tell(await why(answer));
  close(place);
  if (answer?.ok) readAgain(place);
}

async function why(answer) {
  const said = await answer?.json().catch(() => null);
  return said?.words || answer?.statusText || "–";
}

// The row as it is now: what is computed from the value has changed too, and the version. Where the list has it no more, it goes.
async function readAgain(place) {
  const row = place.closest("tr");
  const at = place.cellIndex;
  const answer = await fetch(window.location.href, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector(`tr[data-href="${CSS.escape(row.dataset.href)}"]`);
  if (!now) return row.remove();
  row.replaceWith(now);
  htmx.process(now);
  now.cells[at].querySelector(".pen")?.focus();
}
