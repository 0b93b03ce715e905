// Before anything is drawn: the theme that was chosen, else the one of the system.
(() => {
  "use strict";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const root = document.documentElement;
    root.dataset.bsTheme = root.dataset.chosen || (dark.matches ? "dark" : "light");
    dispatchEvent(new Event("themechange"));
  };
  dark.addEventListener("change", apply);
  apply();
})();
