// Files that are chosen or dropped: what was chosen stands in the place of the invitation, and can be taken back.
export function dressPick(holder) {
  if (holder.dataset.pick) return;
  holder.dataset.pick = "dressed";
  const input = holder.querySelector("input"), words = holder.querySelector(".pick-face span"), back = holder.querySelector("button");
  const invitation = words.textContent;
  const show = () => {
    const names = [...input.files].map((file) => file.name);
    words.textContent = names.join(", ") || invitation;
    holder.classList.toggle("picked", names.length > 0);
    back.hidden = !names.length;
  };
  input.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover"]) input.addEventListener(kind, () => holder.classList.add("over"));
  for (const kind of ["dragleave", "drop", "dragend"]) input.addEventListener(kind, () => holder.classList.remove("over"));
  back.addEventListener("click", () => {
    input.value = "";
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  });
  show();  // a page that is come back to may still hold what was chosen
}
