import { boxOverPage } from "./box.js";

// A link marked data-why opens the explanation of its value in a box over the page; without script it is a page of its own.
export function explainInPlace() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-why]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.HTMLDialogElement) return;
    event.preventDefault();
    const box = boxOverPage("why");
    box.onclick = ({ target }) => target === box && box.close();
    window.htmx.ajax("GET", link.href, { target: box, swap: "innerHTML" }).then(() => {
      if (!box.firstElementChild) window.location.assign(link.href);
      else if (!box.open) box.showModal();
    });
  });
}
