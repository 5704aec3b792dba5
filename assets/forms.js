// Forms: lookups, computed fields that answer while one types, grids that follow the arrow keys, and a question before leaving.
import htmx from "htmx.org";
import removeButton from "tom-select/dist/esm/plugins/remove_button/plugin.js";
import TomSelect from "tom-select/base";
import { dressRich } from "./rich.js";
import { dressGrids } from "./grids.js";
import { dressTabs } from "./tabs.js";
import { dressPick } from "./files.js";
import { DRAWING, dressSignature, dressStrokes } from "./sign.js";

TomSelect.define("remove_button", removeButton);

let unsaved = false;

export function dressForms() {
  htmx.onLoad((part) => {
    const within = (wanted) => (part.matches?.(wanted) ? [part] : part.querySelectorAll(wanted));
    within("form.record-form").forEach(dressTabs);
    within("select[data-lookup]").forEach(dressLookup);
    within("textarea[data-rich]").forEach(dressRich);
    within("[data-pick]").forEach(dressPick);
    within("[data-sign]").forEach(dressSignature);
    within("[data-strokes]").forEach(dressStrokes);
  });
  document.addEventListener("htmx:afterSettle", applyState);
  document.addEventListener("htmx:configRequest", withoutFiles);
  document.addEventListener("submit", (event) => { event.target.dataset.sent = "yes"; });
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.elt.dataset.sent) event.preventDefault(); });
  for (const kind of ["input", "change"]) document.addEventListener(kind, rememberChanged, true);
  dressGrids();
  watchUnsaved();
  document.getElementById("problems")?.focus();  // where the form stands below the record, what is wrong is out of sight
}

// While somebody types, the server is asked about words; files go when the form is sent.
function withoutFiles({ detail: { formData } }) {
  for (const name of new Set(formData.keys())) {
    const words = formData.getAll(name).filter((value) => typeof value === "string" && !name.startsWith(DRAWING));
    formData.delete(name);
    words.forEach((value) => formData.append(name, value));
  }
}

function dressLookup(select) {
  if (select.tomselect) return;
  const address = select.dataset.lookup;
  const settings = {
    maxOptions: 60,
    allowEmptyOption: select.getAttribute("aria-required") !== "true",
    plugins: select.multiple ? { remove_button: { title: select.dataset.remove } } : {},
    render: { option: drawOption, no_results: () => text("div", "no-results", select.dataset.nothing) },
  };
  if (address) {
    // What the server found is all that fits: earlier answers go, but for what is chosen.
    settings.load = function (words, done) {
      select.dataset.words = words;
      fetchOptions(select, address, words).then((found) => {
        if (select.dataset.words !== words) return done();  // somebody types on: a later question is on its way
        this.clearOptions();
        done(found);
        select.dataset.answered = words;
      }, () => done());
    };
    settings.shouldLoad = () => true;
    settings.preload = "focus";
    settings.searchField = ["text", "hint"];
    settings.score = () => () => 1;
  }
  const making = select.id && document.querySelector(`a[data-make="${CSS.escape(select.id)}"]`);
  if (making) {
    settings.create = (words, done) => { done(); select.dataset.words = words; making.click(); };
    settings.render.option_create = (data, escape) => `<div class="create">${escape(making.textContent.trim())} “${escape(data.input)}”</div>`;
  }
  if (select.multiple) settings.onItemAdd = function () { this.setTextboxValue(""); this.refreshOptions(false); };
  new TomSelect(select, settings);
}

async function fetchOptions(select, address, words) {
  const form = new FormData(select.form);
  const within = select.name.includes(".") ? select.name.replace(/[^.]*$/, "") : "";
  const query = new URLSearchParams({ q: words, path: select.name });
  for (const name of (select.dataset.reads || "").split(" ").filter(Boolean)) query.set(`v.${name}`, form.get(within + name) ?? form.get(name) ?? "");
  const answer = await fetch(`${address}?${query}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  return answer.ok ? answer.json() : [];
}

function drawOption(option, escape) {
  return `<div class="option">${escape(option.text || "–")}${option.hint ? `<small>${escape(option.hint)}</small>` : ""}</div>`;
}

function text(tag, name, words) {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = words ?? "";
  return element;
}

// The answer of a live evaluation says which fields show, are read-only or required, and what a link filled in.
function applyState() {
  const state = document.getElementById("form-state");
  if (!state || state.dataset.applied) return;
  state.dataset.applied = "yes";
  const given = JSON.parse(state.dataset.fields || "{}");
  for (const [path, now] of Object.entries(given)) {
    const holder = document.querySelector(`[data-path="${CSS.escape(path)}"]`);
    if (!holder) continue;
    holder.hidden = !now.shown;
    const must = holder.querySelector(".must");
    if (must) must.hidden = !now.required;
    if (now.fill !== undefined) fillIn(holder, now.fill, now.words);
  }
}

function fillIn(holder, value, words) {
  const input = holder.querySelector("input, select, textarea");
  if (!input || document.activeElement === input || input.value === value) return;
  if (input.tomselect) {
    input.tomselect.addOption({ value, text: words ?? value });
    input.tomselect.setValue(value, true);
  } else input.value = value;
  input.dispatchEvent(new Event("filled"));
}

// The server must know which input was changed last: a link that was chosen anew fills others in.
function rememberChanged(event) {
  const note = event.target.form?.elements.namedItem("_changed");
  if (note && event.target.name) note.value = event.target.name;
}

function watchUnsaved() {
  document.addEventListener("input", (event) => { unsaved ||= Boolean(event.target.closest("form[data-guard]")); });
  document.addEventListener("submit", () => { unsaved = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
}
