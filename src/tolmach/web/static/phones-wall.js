// The wall: every phone with its last messages, and what a search finds.
(() => {
  "use strict";
  const { texts, element, icon, spoken, moment, summary, NAMES, ABSENT } = phones;
  const PREVIEWS = 3;

  const preview = (message) => element("span", { className: `tile-bubble phone-bubble-${message.channel}${ABSENT.has(message.outcome) ? " phone-bubble-absent" : ""}` },
    element("span", {}, element("b", {}, message.sender), ` ${summary(message)}`));

  const heard = (text) => element("span", { className: "visually-hidden" }, `${text}: `);

  const tile = (phone, recent) => {
    const shown = recent.slice(-PREVIEWS);
    // the number first, for those who hear the page; the style sheet puts it below
    const link = element("a", { className: `tile${phone.on ? "" : " tile-off"}`, href: `#${phone.phone}`, data: { phone: phone.phone } },
      element("span", { className: "tile-foot" },
        element("span", { className: "tile-number" }, spoken(phone.phone)),
        phone.on ? null : heard(texts.off),
        Object.keys(phone.outcome).length ? icon("adjustments", "tile-set") : null,
        element("span", { className: "badge bg-secondary-lt" }, heard(texts.messages), String(phone.messages))),
      element("span", { className: "tile-screen" },
        element("span", { className: "tile-bar" }, moment(phone.last.time), phone.on ? icon("antenna-bars-5") : icon("power")),
        element("span", { className: "tile-messages" }, ...(shown.length ? shown.map(preview) : [element("span", { className: "tile-bubble" }, element("span", {}, phone.last.text))]))));
    return element("li", {}, link);
  };

  // Draws the tiles, and keeps the focus where it was.
  phones.drawWall = (box, listed, recent) => {
    const focused = box.contains(document.activeElement) ? document.activeElement.dataset.phone : "";
    box.replaceChildren(...listed.map((phone) => tile(phone, recent.get(phone.phone) ?? [])));
    if (focused) box.querySelector(`[data-phone="${focused}"]`)?.focus();
  };

  phones.drawFound = (box, messages) => {
    box.replaceChildren(...messages.toReversed().map((message) => element("li", {},
      element("a", { className: "found", href: `#${message.phone}/${message.id}` },
        element("span", { className: "found-head" }, element("b", {}, spoken(message.phone)),
          element("span", { className: "badge bg-secondary-lt" }, NAMES[message.kind] ?? message.kind), message.sender, moment(message.time)),
        element("span", { className: "found-text" }, summary(message))))));
  };
})();
