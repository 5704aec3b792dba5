// A list whose table is wider than its place may be scrolled sideways.
export function scrollWideLists() {
  const look = () => {
    for (const list of document.querySelectorAll(".list")) {
      const table = list.querySelector("table");
      if (table) list.classList.toggle("scrolls", table.offsetWidth > list.clientWidth + 1);
    }
  };
  look();
  window.addEventListener("resize", look);
  document.addEventListener("htmx:load", look);
}
