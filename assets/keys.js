import { tickRow } from "./ticks.js";

// The keyboard: j/k/x/enter and b (to the bar of what is ticked) in lists, a/r in the inbox, / to search, e to edit, c to create, Ctrl+Enter to save.
const typing = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable], .ts-wrapper") !== null;

export function watchKeys() {
  document.addEventListener("click", openRow);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.form) {
      event.target.form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (moveInList(event) || pressShortcut(event)) event.preventDefault();
  });
}

function openRow(event) {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label") || window.getSelection().toString()) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
  else window.location.assign(row.dataset.href);
}

function moveInList(event) {
  const rows = [...document.querySelectorAll("tr[data-href], [data-task-link]")];
  if (rows.length === 0) return false;
  const now = rows.findIndex((row) => row.classList.contains("at") || row.getAttribute("aria-current") === "true");
  if (event.key === "x") return tickRow(rows[now]);
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (step === undefined) return event.key === "Enter" && follow(rows[now]);
  const next = rows[Math.min(rows.length - 1, Math.max(0, now + step))];
  if (next.matches("[data-task-link]")) {
    next.click();
    return true;
  }
  rows.forEach((row) => row.classList.toggle("at", row === next));
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function follow(row) {
  if (!row || !row.dataset.href || document.activeElement !== document.body) return false;
  window.location.assign(row.dataset.href);
  return true;
}

function pressShortcut(event) {
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target || target.disabled || !target.checkVisibility()) return false;
  if (target.matches("input, textarea, .bulk-bar *")) target.focus();
  else target.click();
  return true;
}
