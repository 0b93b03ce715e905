// What is behind a message: how it came, and its octets part by part.
(() => {
  "use strict";
  const { texts, element, ask, attempt, moment, NAMES, outcome } = phones;
  const ENCODINGS = { gsm7: "GSM-7", ucs2: "UCS-2", latin1: "Latin-1", cyrillic: "ISO 8859-5", hebrew: "ISO 8859-8" };
  const ROW = 32; // hexadecimal digits in a row of octets

  const hex = (octet) => `0x${octet.toString(16).toUpperCase().padStart(2, "0")}`;

  const listed = (pairs) => element("dl", { className: "details-list" },
    ...pairs.filter(([, value]) => value !== null && value !== "").flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));

  const printable = (pairs) => pairs.map((pair) => {
    const code = parseInt(pair, 16);
    return code > 31 && code < 127 ? String.fromCharCode(code) : "·";
  }).join("");

  const dump = (digits) => {
    const rows = (digits.match(new RegExp(`.{1,${ROW}}`, "g")) ?? [""]).map((row) => {
      const pairs = row.match(/../g) ?? [];
      return `${pairs.join(" ").padEnd(ROW * 1.5)} ${printable(pairs)}`;
    });
    return element("pre", { className: "octets", tabIndex: 0, aria: { label: texts.octets } }, rows.join("\n"));
  };

  const spelt = (one) => {
    if (one.total) return `${texts.concatenation} ${one.reference}: ${one.number}/${one.total}`;
    if (one.port !== undefined) return `${texts.ports}: ${one.source_port} → ${one.port}`;
    return `${hex(one.identifier)}: ${one.data}`;
  };

  const part = (one, number, total) => element("section", { className: "raw-part" },
    element("h3", {}, total > 1 ? `${texts.part} ${number} / ${total}` : texts.user_data),
    listed([
      ["DCS", hex(one.data_coding)],
      ["PID", hex(one.protocol_id)],
      ["esm_class", hex(one.esm_class)],
      ["UDH", one.elements.map(spelt).join("; ")],
    ]),
    dump(one.user_data));

  const show = async (message, box) => {
    const raw = await ask(`messages/${message.id}/raw`);
    box.replaceChildren(...raw.parts.map((one, turn) => part(one, turn + 1, raw.parts.length)));
    if (raw.parts.length) box.append(element("p", { className: "form-hint" }, raw.smpp ? texts.raw_smpp : texts.raw_gateway));
    else box.append(element("p", { className: "form-hint" }, texts.raw_none));
  };

  // Returns the details of a message.
  phones.details = (message) => {
    const raw = element("div", { className: "raw" });
    const open = element("button", { type: "button", className: "btn btn-sm", aria: { expanded: "false" } }, texts.show_octets);
    open.addEventListener("click", () => attempt(async () => {
      if (raw.childElementCount) raw.replaceChildren();
      else await show(message, raw);
      open.setAttribute("aria-expanded", String(Boolean(raw.childElementCount)));
    }));
    const sms = message.channel === "sms";
    return [
      listed([
        [texts.channel, NAMES[message.kind] ?? message.kind],
        [texts.sender, message.sender],
        [texts.time, moment(message.time)],
        [texts.outcome, outcome(message)],
        [texts.encoding, sms ? ENCODINGS[message.encoding] ?? message.encoding : ""],
        [texts.parts, sms ? String(message.parts) : ""],
        [texts.button, message.button ? `${message.button.text} → ${message.button.url}` : ""],
        [texts.leg, message.leg ? String(message.leg) : ""],
        [texts.ids, message.provider_ids.join(", ")],
        ["SMPP", message.smpp ? element("pre", { className: "octets", tabIndex: 0 }, JSON.stringify(message.smpp, null, 1)) : ""],
      ]),
      sms ? open : null,
      raw,
    ].filter(Boolean);
  };
})();
