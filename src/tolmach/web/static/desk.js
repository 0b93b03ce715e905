// Moderation by keys: J and K go from case to case, A approves, R goes to the reason, where Enter rejects.
(() => {
  "use strict";
  const cases = () => [...document.querySelectorAll("[data-case]")];
  const current = () => document.activeElement?.closest?.("[data-case]") ?? null;
  const typing = (place) => place.matches?.("input:not([type=hidden]), textarea, select");

  const go = (step) => {
    const all = cases();
    const place = all.indexOf(current());
    const next = all[Math.min(Math.max(place + step, 0), all.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };

  // letters by their place on the keyboard, so that they work with a Russian layout too
  const acts = {
    KeyJ: () => go(1),
    KeyK: () => go(-1),
    KeyA: () => current()?.querySelector("[data-approve]").click(),
    KeyR: () => current()?.querySelector("[data-reason]").focus(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && event.target.matches?.("[data-reason]")) {
      event.preventDefault();
      event.target.form.querySelector("[data-reject]").click();
    } else if (event.key === "Escape" && event.target.matches?.("[data-reason]")) {
      current()?.focus();
    } else if (!typing(event.target) && acts[event.code]) {
      event.preventDefault();
      acts[event.code]();
    }
  });

  cases()[0]?.focus({ preventScroll: true });
})();
