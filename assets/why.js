// A link marked data-why opens the explanation of its value in a box over the page; without script it is a page of its own.
export function explainInPlace() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-why]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.HTMLDialogElement) return;
    event.preventDefault();
    const box = theBox();
    window.htmx.ajax("GET", link.href, { target: box, swap: "innerHTML" }).then(() => {
      if (!box.firstElementChild) window.location.assign(link.href);
      else if (!box.open) box.showModal();
    });
  });
}

function theBox() {
  const found = document.getElementById("why-box");
  if (found) return found;
  const box = document.createElement("dialog");
  box.id = "why-box";
  box.className = "why-box";
  box.setAttribute("aria-labelledby", "why-title");
  box.addEventListener("click", (event) => {
    if (event.target === box) box.close();
  });
  document.body.append(box);
  return box;
}
