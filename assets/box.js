// A box over the page, made when it is first wanted; `looks` are classes beside those of every box.
export function boxOverPage(name, looks = "") {
  const found = document.getElementById(`${name}-box`);
  if (found) return found;
  const box = document.createElement("dialog");
  box.id = `${name}-box`;
  box.className = `why-box ${looks}`.trim();
  box.setAttribute("aria-labelledby", `${name}-title`);
  document.body.append(box);
  return box;
}
