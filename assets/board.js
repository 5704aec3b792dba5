// A card of a board is dragged to another column: the server decides; a refusal puts it back and says why. Without script, and by
// keyboard, every card has a menu that does the same.
import htmx from "htmx.org";
import { tell } from "./menus.js";

let dragged = null;

export function dragCards() {
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(".slip[draggable]") ?? null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.move);
    dragged.classList.add("lifted");
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("lifted");
    dragged = null;
    over(null);
  });
  document.addEventListener("dragover", (event) => {
    const column = dragged && event.target.closest?.(".board-column");
    over(column);
    if (column) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const column = dragged && event.target.closest?.(".board-column");
    if (!column) return;
    event.preventDefault();
    if (column !== dragged.closest(".board-column")) move(dragged, column);
  });
}

function over(column) {
  for (const each of document.querySelectorAll(".board-column.over")) if (each !== column) each.classList.remove("over");
  column?.classList.add("over");
}

async function move(card, column) {
  const board = card.closest("[data-board]");
  const place = { parent: card.parentElement, before: card.nextElementSibling };
  column.querySelector("ul").prepend(card);
  const body = new FormData();
  const sent = { csrf_token: board.dataset.token, _version: card.dataset.version, by: board.dataset.board, to: column.dataset.value };
  for (const [name, value] of Object.entries(sent)) body.set(name, value);
  const answer = await fetch(card.dataset.move, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (answer?.ok && said && !said.go) {
    htmx.ajax("GET", window.location.href, { target: "#board", select: "#board", swap: "outerHTML" });
    return;
  }
  place.parent.insertBefore(card, place.before);
  if (said?.go) window.location.assign(said.go);
  else tell(said?.words || board.dataset.lost);
}
