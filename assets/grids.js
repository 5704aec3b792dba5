// Grids of rows in forms: arrows and Enter move between rows (Enter in the last one adds another), Alt with an arrow moves the row,
// and cells copied from a spreadsheet are pasted from the cell in which the cursor stands. The server makes and orders the rows.
const ENTRIES = "input:not([type=hidden]), select, textarea";

export function dressGrids() {
  document.addEventListener("keydown", move);
  document.addEventListener("paste", paste);
}

const cellOf = (element) => element.closest?.(".edit-sheet td[data-path]");
const entryIn = (cell) => cell?.querySelector(ENTRIES);
const rowsOf = (grid) => [...grid.tBodies[0].rows].filter((row) => row.querySelector("td[data-path]"));

function move(event) {
  if (event.key === "Enter" && event.target.matches?.("[data-scan]")) {
    event.preventDefault();
    event.target.parentElement.querySelector('[name="_scan"]').click();
    return;
  }
  const cell = cellOf(event.target);
  const down = { ArrowDown: 1, ArrowUp: -1, Enter: 1 }[event.key];
  if (!cell || !down || event.ctrlKey || event.metaKey || event.target.closest(".ts-wrapper") || event.target.matches("textarea")) return;
  if (event.altKey) return event.key === "Enter" ? undefined : moveRow(event, cell, down);
  if (event.target.matches("select") && event.key !== "Enter") return;
  event.preventDefault();
  const rows = rowsOf(cell.closest("table"));
  const next = entryIn(rows[rows.indexOf(cell.parentElement) + down]?.cells[cell.cellIndex]);
  if (next) {
    next.focus();
    next.select?.();
  } else if (event.key === "Enter") cell.closest(".grid-wrap").querySelector('[name="_add"]')?.click();
}

function moveRow(event, cell, down) {
  const rows = rowsOf(cell.closest("table"));
  const at = rows.indexOf(cell.parentElement);
  const button = rows[down > 0 ? at + 1 : at]?.querySelector('[name="_up"]');
  if (!button) return;
  event.preventDefault();
  button.click();
}

async function paste(event) {
  const cell = cellOf(event.target);
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!cell || !/[\t\n]/.test(text.replace(/\r?\n$/, "")) || event.target.matches("textarea")) return;
  event.preventDefault();
  const grid = cell.closest("table");
  const rows = rowsOf(grid);
  const model = rows[rows.length - 1];
  const from = { row: rows.indexOf(cell.parentElement), column: cell.cellIndex };
  let grown = false;
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/).slice(0, 1000);
  for (const [down, line] of lines.entries()) {
    const row = rows[from.row + down];
    if (!row && grid.dataset.grows === undefined) break;
    for (const [right, words] of line.split("\t").entries()) {
      const like = (row ?? model).cells[from.column + right];
      const entry = entryIn(like);
      if (!entry?.name) continue;
      const value = await valueFor(entry, words.trim());
      if (row) put(entry, value, words.trim());
      else grown = send(grid, entry.name, from.row + down + 1, value) || grown;
    }
  }
  if (grown) again(grid.closest("form"));
  else event.target.dispatchEvent(new Event("change", { bubbles: true }));
}

// What a cell sends for pasted words: a choice or a record by its title, everything else as it stands.
async function valueFor(entry, words) {
  if (!entry.matches("select")) return entry.type === "checkbox" ? String(/^(true|yes|1|x|是|√)$/i.test(words)) : words;
  const same = (text) => text.trim().toLowerCase() === words.toLowerCase();
  const offered = [...entry.options].find((option) => same(option.text) || option.value === words);
  if (offered || !words || !entry.dataset.lookup) return offered?.value ?? "";
  const answer = await fetch(`${entry.dataset.lookup}?${new URLSearchParams({ q: words, path: entry.name })}`, { headers: { Accept: "application/json" } });
  const found = answer.ok ? await answer.json() : [];
  return (found.find((each) => same(each.text)) ?? (found.length === 1 ? found[0] : null))?.value ?? "";
}

function put(entry, value, words) {
  if (entry.tomselect) {
    entry.tomselect.addOption({ value, text: words });
    entry.tomselect.setValue(value, true);
  } else if (entry.type === "checkbox") entry.checked = value === "true";
  else entry.value = value;
}

// A row that is not there yet is sent by its names; the server answers with the form that has it.
function send(grid, name, number, value) {
  const [table, , field] = name.split(".");
  const hidden = document.createElement("input");
  Object.assign(hidden, { type: "hidden", name: `${table}.${number}.${field}`, value });
  grid.closest("form").append(hidden);
  return true;
}

function again(form) {
  const button = document.createElement("button");
  Object.assign(button, { name: "_add", value: "", formNoValidate: true, hidden: true });
  form.append(button);
  form.requestSubmit(button);
}
