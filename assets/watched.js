// While a folder is being worked on, pages come again when a new definition serves; a form that is being filled in stays.
export function reloadWhenChanged() {
  const address = document.body.dataset.watched;
  if (!address) return;
  let known = null;
  window.setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const now = await answer.text();
    if (known !== null && now !== known && !document.querySelector("form[data-guard], form[data-draft]")) window.location.reload();
    known = now;
  }, 300);
}
