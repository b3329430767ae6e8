// Before anything is drawn: where the reader chose "as my device", take the device's theme, and follow it.
(() => {
  const root = document.documentElement;
  if (root.dataset.appearance !== "auto") return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  apply();
  dark.addEventListener("change", apply);
})();
