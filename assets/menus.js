// Menus are details elements: they open without script; script only closes them again.
export function closeMenusOutside() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

// A panel that would stand beyond an edge of the window opens the other way.
export function keepMenusInSight() {
  const turn = ({ target }) => {
    const panel = target.matches("details.menu[open]") && target.querySelector(".menu-panel");
    if (!panel) return;
    const { left, right } = panel.getBoundingClientRect();
    if (left < 0) panel.classList.add("left");
    else if (right > window.innerWidth) panel.classList.remove("left");
  };
  document.addEventListener("toggle", turn, true);
}

export function dismissNotes() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (button) button.closest(".toast-note").remove();
  });
  window.setTimeout(() => document.querySelectorAll(".toast-note[data-passing]").forEach((note) => note.remove()), 6000);
}

// Says something that went wrong, where the server's own notes stand.
export function tell(words) {
  const place = document.querySelector(".toasts");
  if (!place) return;
  const note = document.createElement("div");
  note.className = "toast-note";
  const said = document.createElement("span");
  said.textContent = words;
  note.append(said);
  place.append(note);
  window.setTimeout(() => note.remove(), 8000);
}

// <select data-submit> sends its form at once; without script the form's own button does.
export function submitOnChange() {
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });
}
