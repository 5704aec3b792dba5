// The tabs of a form: without script its parts stand one below the other. A tab in which something is wrong opens first.
export function dressTabs(form) {
  const parts = [...form.querySelectorAll(".form-tab")];
  if (parts.length < 2 || form.querySelector(".form-tabs")) return;
  const bar = document.createElement("div");
  bar.className = "tabs form-tabs";
  bar.setAttribute("role", "tablist");
  parts.forEach((part, number) => bar.append(makeTab(part, number, (chosen) => show(parts, bar, chosen))));
  parts[0].before(bar);
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const tabs = [...bar.children];
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    next.click();
    next.focus();
  });
  const wrong = parts.findIndex((part) => part.querySelector("[aria-invalid], .problem"));
  show(parts, bar, Math.max(0, wrong));
  form.ownerDocument.addEventListener("click", (event) => {
    const target = event.target.closest('.summary a[href^="#"]');
    const number = target ? parts.findIndex((part) => part.querySelector(target.hash)) : -1;
    if (number >= 0) show(parts, bar, number);
  }, true);
}

function makeTab(part, number, choose) {
  const tab = document.createElement("button");
  part.id ||= `form-tab-${number}`;
  Object.assign(tab, { type: "button", id: `${part.id}-tab`, textContent: part.dataset.tab });
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", part.id);
  tab.classList.toggle("wrong", Boolean(part.querySelector("[aria-invalid], .problem")));
  part.setAttribute("role", "tabpanel");
  part.setAttribute("aria-labelledby", tab.id);
  tab.addEventListener("click", () => choose(number));
  return tab;
}

function show(parts, bar, chosen) {
  parts.forEach((part, number) => { part.hidden = number !== chosen; });
  [...bar.children].forEach((tab, number) => {
    tab.setAttribute("aria-selected", String(number === chosen));
    tab.tabIndex = number === chosen ? 0 : -1;
  });
}
