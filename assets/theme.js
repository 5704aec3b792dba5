// The theme of the system, where the person has chosen none; it is kept in a cookie so that the next page comes in it at once.
export function followSystemTheme() {
  const root = document.documentElement;
  if (root.dataset.themeChosen === "yes") return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    root.dataset.bsTheme = dark.matches ? "dark" : "light";
    document.cookie = `system_theme=${root.dataset.bsTheme}; path=/; max-age=31536000; samesite=lax`;
  };
  apply();
  dark.addEventListener("change", apply);
}
