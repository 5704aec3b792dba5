// Formatted text: a small editor over the text area that is sent. Without script its markup is edited instead.
const TOOLS = [
  ["bold", "bold"], ["italic", "italic"], ["h-2", "formatBlock", "h2"], ["list", "insertUnorderedList"],
  ["list-numbers", "insertOrderedList"], ["blockquote", "formatBlock", "blockquote"], ["link", "createLink"], ["clear-formatting", "removeFormat"],
];
const KEPT = new Set("a b blockquote br code del em h2 h3 h4 hr i li ol p pre s strong sub sup table tbody td th thead tr u ul".split(" "));
const LOUD = /\s(?:style|on\w+)\s*=\s*("[^"]*"|'[^']*')/gi;  // the content security policy would complain of each one
const SAFE = /^(https?:|mailto:|tel:)/i;

export function dressRich(area) {
  if (area.dataset.dressed) return;
  area.dataset.dressed = "yes";
  const words = area.dataset.rich.split("|");
  const page = editable(area);
  const tools = element("div", { class: "rich-tools", role: "toolbar", "aria-label": words.at(-1) });
  TOOLS.forEach(([icon, command, value], number) => tools.append(tool(page, icon, words[number], () => run(command, value, words.at(-2)))));
  area.before(tools, page);
  area.hidden = true;
}

function editable(area) {
  const label = area.labels[0];
  const page = element("div", { class: "form-control rich", role: "textbox", contenteditable: "true", "aria-multiline": "true", id: area.id });
  page.setAttribute("aria-label", area.getAttribute("aria-label") ?? label?.firstChild.textContent.trim() ?? "");
  for (const name of ["aria-required", "aria-invalid", "aria-describedby"]) if (area.hasAttribute(name)) page.setAttribute(name, area.getAttribute(name));
  label?.addEventListener("click", () => page.focus());
  area.removeAttribute("id");
  page.innerHTML = cleaned(area.value);
  page.addEventListener("focus", () => document.execCommand("defaultParagraphSeparator", false, "p"));
  page.addEventListener("input", () => tell(area, page, "input"));
  page.addEventListener("blur", () => tell(area, page, "change"));
  page.addEventListener("paste", pasteCleaned);
  area.addEventListener("filled", () => { page.innerHTML = cleaned(area.value); });
  return page;
}

// What is typed goes into the text area at once, as if it had been typed there.
function tell(area, page, kind) {
  const now = page.textContent.trim() ? page.innerHTML : "";
  if (kind === "change" && area.dataset.told === now) return;
  area.value = now;
  if (kind === "change") area.dataset.told = now;
  area.dispatchEvent(new Event(kind, { bubbles: true }));
}

function tool(page, icon, words, act) {
  const button = element("button", { type: "button", class: "btn btn-plain btn-icon", title: words, "aria-label": words });
  const sprite = document.querySelector("svg.icon use").getAttribute("href").split("#")[0];
  button.innerHTML = `<svg class="icon" aria-hidden="true" focusable="false"><use href="${sprite}#${icon}"></use></svg>`;
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => { page.focus(); act(); });
  return button;
}

function run(command, value, question) {
  if (command === "formatBlock" && document.queryCommandValue("formatBlock") === value) value = "p";
  if (command === "createLink") {
    const address = window.prompt(question, "https://");
    if (!address || !SAFE.test(address)) return;
    value = address;
  }
  document.execCommand(command, false, value);
}

function pasteCleaned(event) {
  const markup = event.clipboardData.getData("text/html");
  if (!markup) return;
  event.preventDefault();
  document.execCommand("insertHTML", false, cleaned(markup));
}

// The server cleans what is kept; this only keeps foreign looks out of the editor.
function cleaned(markup) {
  const { body } = new DOMParser().parseFromString(markup.replace(LOUD, ""), "text/html");
  body.querySelectorAll("script, style, head, template").forEach((node) => node.remove());
  for (const node of [...body.querySelectorAll("*")]) {
    if (!KEPT.has(node.localName)) node.replaceWith(...node.childNodes);
    else for (const { name, value } of [...node.attributes]) if (name !== "href" || !SAFE.test(value)) node.removeAttribute(name);
  }
  return body.innerHTML;
}

function element(tag, attributes) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
