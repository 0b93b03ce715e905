// A message as its phone shows it.
(() => {
  "use strict";
  const { texts, element, icon, moment, link, linked, isWeb, ask, attempt } = phones;
  const NAMES = {
    sms: "SMS", flash: "Flash", ping: "Ping", wappush: "WAP push", vcard: "vCard", viber: "Viber", whatsapp: "WhatsApp", vk: "VK",
  };
  const ICONS = {
    delivered: "check", read: "checks", undelivered: "x", expired: "clock-x", silent: "help", waiting: "clock",
  };
  const ABSENT = new Set(["undelivered", "expired", "waiting"]); // not on the phone
  const CARDS = new Set(["viber", "whatsapp", "vk"]);

  // One line that says what a message is about.
  const summary = (message) => {
    if (message.kind === "ping") return texts.ping;
    if (message.kind === "wappush") return message.text || message.content.url;
    return message.text;
  };

  const paragraph = (message) => element("p", { className: "phone-bubble-text" }, ...linked(message.text));

  const press = (message) => attempt(() => ask(`messages/${message.id}/press`, "POST"));

  const pressable = (message, url, label) => {
    const here = !ABSENT.has(message.outcome);
    const made = element(here && isWeb(url) ? "a" : "button", { className: "phone-bubble-button", title: url }, label);
    if (made.localName === "a") Object.assign(made, { href: url, target: "_blank", rel: "noopener noreferrer" });
    else Object.assign(made, { type: "button", disabled: !here });
    if (here) made.addEventListener("click", () => press(message));
    return made;
  };

  const looked = new Set(); // messages whose pictures were asked for: they stay when a message is drawn anew

  // Whoever sent it would learn who looks: pictures are loaded when asked for.
  const picture = (id, url) => {
    const host = isWeb(url) ? new URL(url).host : "";
    if (!host) return element("p", { className: "phone-bubble-picture" }, icon("photo"), url);
    const button = element("button", { type: "button", className: "phone-bubble-picture", title: url }, icon("photo"), `${texts.show_picture} ${host}`);
    const load = () => {
      looked.add(id);
      const image = element("img", { className: "phone-bubble-image", alt: texts.picture, referrerPolicy: "no-referrer", src: url });
      image.addEventListener("error", () => image.replaceWith(element("p", { className: "phone-bubble-picture" }, icon("photo-off"), texts.no_picture)));
      return image;
    };
    button.addEventListener("click", () => button.replaceWith(load()));
    return looked.has(id) ? load() : button;
  };

  const card = (message) => {
    const parts = [];
    if (message.picture) parts.push(picture(message.id, message.picture));
    if (message.text) parts.push(paragraph(message));
    const more = message.content ?? {};
    if (more.template_id) parts.push(element("p", { className: "phone-bubble-note" }, `${texts.template}: ${more.template_id}`));
    if (more.template_data) parts.push(element("p", { className: "phone-bubble-note" }, more.template_data));
    if (message.button) parts.push(pressable(message, message.button.url, message.button.text));
    return parts;
  };

  const CONTACT = [
    ["cell", "phone"], ["work", "phone"], ["fax", "printer"], ["email", "mail"], ["url", "world"], ["additional", "note"],
  ];

  const contact = (message) => {
    const said = message.content ?? {};
    const initials = message.text.split(/\s+/).map((word) => [...word][0] ?? "").slice(0, 2).join("").toUpperCase();
    const work = [said.position, said.organization].filter(Boolean).join(", ");
    const rows = CONTACT.filter(([name]) => said[name]).map(([name, sign]) => element(
      "li", {}, icon(sign), element("span", { className: "visually-hidden" }, `${texts[name]}: `),
      name === "url" ? link(said[name], said[name]) : said[name], element("small", {}, texts[name]),
    ));
    if (said.address) rows.push(element("li", {}, icon("map-pin"), Object.values(said.address).join(", ")));
    return [element("div", { className: "contact" },
      element("div", { className: "contact-head" },
        element("span", { className: "contact-sign", aria: { hidden: "true" } }, initials || "?"),
        element("div", {}, element("b", {}, message.text), work ? element("small", {}, work) : null)),
      element("ul", {}, ...rows))];
  };

  const push = (message) => [
    message.text ? paragraph(message) : null,
    pressable(message, message.content.url, message.content.url),
  ];

  const ping = () => [element("p", { className: "phone-bubble-note" }, icon("ghost"), texts.ping)];

  const BODIES = { vcard: contact, wappush: push, ping, viber: card, whatsapp: card, vk: card };

  const outcome = (message) => element("span", { className: `outcome outcome-${message.outcome}` },
    icon(ICONS[message.outcome] ?? "check"), texts[message.outcome] ?? message.outcome);

  const actions = (message, inspect) => {
    const made = [];
    if (CARDS.has(message.kind) && message.outcome === "delivered") {
      const read = element("button", { type: "button", className: "phone-bubble-action" }, texts.mark_read);
      read.addEventListener("click", () => attempt(() => ask(`messages/${message.id}/read`, "POST")));
      made.push(read);
    }
    const details = element("button", { type: "button", className: "phone-bubble-action", data: { details: message.id } }, texts.details);
    details.addEventListener("click", () => inspect(message));
    made.push(details);
    return made;
  };

  // The whole message. `inspect` shows its details.
  const bubble = (message, inspect) => {
    const body = BODIES[message.kind]?.(message) ?? [paragraph(message)];
    const classes = ["phone-bubble", `phone-bubble-${message.channel}`, `kind-${message.kind}`];
    if (ABSENT.has(message.outcome)) classes.push("phone-bubble-absent");
    return element("article", { className: classes.join(" "), data: { id: message.id } },
      element("header", {}, element("b", {}, message.sender), element("span", { className: "channel" }, NAMES[message.kind] ?? message.kind)),
      ...body,
      message.pressed ? element("p", { className: "phone-bubble-note" }, icon("hand-click"), texts.pressed, " ", moment(message.pressed)) : null,
      element("footer", {}, moment(message.time), outcome(message), element("span", { className: "phone-bubble-actions" }, ...actions(message, inspect))));
  };

  // What was written on the phone.
  const own = (reply) => element("article", { className: "phone-bubble phone-bubble-own" },
    element("header", {}, element("span", {}, `${texts.you} ${reply.to}`)),
    element("p", { className: "phone-bubble-text" }, reply.text),
    element("footer", {}, moment(reply.time)));

  Object.assign(phones, { own, NAMES, ABSENT, bubble, summary, outcome });
})();
