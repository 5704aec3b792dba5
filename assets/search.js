// Ctrl K (⌘ K) searches everything in a box over the page; without script the same link leads to a page.
const WAIT = 120;

export function searchEverywhere() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-search]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.HTMLDialogElement) return;
    event.preventDefault();
    open(link);
  });
  document.addEventListener("keydown", (event) => {
    const link = document.querySelector("a[data-search]");
    if (!link || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    open(link);
  });
}

function open(link) {
  const box = document.getElementById("search-box") || makeBox(link);
  if (!box.open) box.showModal();
  box.querySelector("input").select();
}

function makeBox(link) {
  const box = document.createElement("dialog");
  box.id = "search-box";
  box.className = "search-box";
  box.setAttribute("aria-label", link.dataset.search);
  const form = document.createElement("form");
  form.action = link.href;
  form.className = "search search-all";
  const input = document.createElement("input");
  Object.assign(input, { type: "search", name: "q", className: "form-control", autocomplete: "off", placeholder: link.dataset.search });
  input.setAttribute("aria-label", link.dataset.search);
  const found = document.createElement("div");
  found.setAttribute("aria-live", "polite");
  form.append(input);
  box.append(form, found);
  box.addEventListener("click", (event) => event.target === box && box.close());
  box.addEventListener("keydown", (event) => move(event, box, input));
  input.addEventListener("input", asker(link.href, input, found));
  document.body.append(box);
  return box;
}

function asker(address, input, found) {
  let timer = 0;
  let last = null;
  return () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(async () => {
      last?.abort();
      last = new AbortController();
      const asked = `${address}?${new URLSearchParams({ q: input.value })}`;
      try {
        const answer = await fetch(asked, { headers: { "HX-Request": "true" }, signal: last.signal });
        if (answer.ok && !answer.redirected) found.innerHTML = await answer.text();
        else window.location.assign(asked);
      } catch (error) {
        if (error.name !== "AbortError") window.location.assign(asked);
      }
    }, WAIT);
  };
}

// Up and down walk through what was found; Enter opens it, in the field the first.
function move(event, box, input) {
  const links = [...box.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) (links[Math.min(at + step, links.length - 1)] || input).focus();
  else if (event.key === "Enter" && event.target === input && links.length) links[0].click();
  else return;
  event.preventDefault();
}
