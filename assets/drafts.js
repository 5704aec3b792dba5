// What is typed into a form is kept by the server now and then, and when the page goes away; saving it forgets it there.
const PAUSE = 2500;

export function keepDrafts() {
  let timer = 0;
  let changed = null;
  const send = () => {
    window.clearTimeout(timer);
    const form = changed;
    changed = null;
    if (!form?.isConnected || form.dataset.sent) return;
    const body = new FormData(form);
    for (const [name, value] of [...body.entries()]) if (typeof value !== "string") body.delete(name);
    if (!navigator.sendBeacon(form.dataset.draft, body)) fetch(form.dataset.draft, { method: "POST", body, credentials: "same-origin" });
  };
  const note = (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (!form || !event.isTrusted) return;
    changed = form;
    window.clearTimeout(timer);
    timer = window.setTimeout(send, PAUSE);
  };
  for (const kind of ["input", "change"]) document.addEventListener(kind, note);
  document.addEventListener("submit", () => { changed = null; window.clearTimeout(timer); });
  window.addEventListener("pagehide", send);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && send());
}
