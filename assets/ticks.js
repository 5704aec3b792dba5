// Ticked rows of a list: all at once, their number, and a range with the shift key. Without script the boxes and buttons are enough.
let last = null;

export function watchTicks() {
  for (const all of document.querySelectorAll("[data-tick-all]")) all.hidden = false;
  document.addEventListener("click", (event) => {
    const box = event.target.closest('.ticking input[name="id"]');
    if (!box) return;
    if (event.shiftKey && last?.form === box.form) tickBetween(boxes(box.form), last, box);
    last = box;
    count(box.form);
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-tick-all]")) return;
    for (const box of boxes(event.target.form)) box.checked = event.target.checked;
    count(event.target.form);
  });
  document.addEventListener("reset", (event) => window.setTimeout(() => event.target.matches(".ticking") && count(event.target)));
  window.addEventListener("pageshow", () => document.querySelectorAll(".ticking").forEach(count));
}

export function tickRow(row) {
  const box = row?.querySelector('input[name="id"]');
  if (!box) return false;
  box.click();
  return true;
}

const boxes = (form) => [...form.querySelectorAll('input[name="id"]')];

function tickBetween(all, from, to) {
  const [first, end] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  for (const box of all.slice(first, end + 1)) box.checked = to.checked;
}

function count(form) {
  const all = boxes(form);
  const ticked = all.filter((box) => box.checked).length;
  const words = form.querySelector("[data-ticked]");
  if (words) words.textContent = words.dataset.ticked.replace("{count}", ticked);
  const head = form.querySelector("[data-tick-all]");
  if (!head) return;
  head.checked = ticked > 0 && ticked === all.length;
  head.indeterminate = ticked > 0 && ticked < all.length;
}
