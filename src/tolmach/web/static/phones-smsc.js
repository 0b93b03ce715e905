// The SMSC: who is bound, and what it does wrong.
(() => {
  "use strict";
  const { page, texts, element, ask, attempt, moment } = phones;
  const view = document.getElementById("view-smsc");
  if (!view) return;
  const fields = JSON.parse(page.dataset.faults);
  const form = document.getElementById("faults");
  const chosen = document.getElementById("fault-system");
  const known = new Map(fields.map((field) => [field.name, field]));
  let book = { all: {}, systems: {} };
  let timer = 0;

  const query = () => (chosen.value ? `?system_id=${encodeURIComponent(chosen.value)}` : "");
  const current = () => book.systems[chosen.value] ?? book.all;
  const input = (name) => form.elements.namedItem(name);

  const toInput = (field, value) => {
    const box = input(field.name);
    if (field.kind === "switch") box.checked = value;
    else if (field.kind === "share") box.value = String(Math.round(value * 100));
    else box.value = value === null ? "" : String(value);
    if (field.kind === "share") document.getElementById(`${box.id}-said`).textContent = `${box.value} %`;
  };

  const fromInput = (field) => {
    const box = input(field.name);
    if (field.kind === "switch") return box.checked;
    if (field.kind === "share") return Number(box.value) / 100;
    if (field.kind === "choice") return box.value;
    if (box.value.trim() === "") return field.nothing;
    return field.kind === "number" ? Number(box.value) : box.value.trim();
  };

  const wrong = (set) => fields.filter((field) => (set[field.name] ?? field.nothing) !== field.nothing);

  const draw = () => {
    for (const field of fields) toInput(field, current()[field.name] ?? field.nothing);
    const count = wrong(book.all).length + Object.values(book.systems).reduce((sum, set) => sum + wrong(set).length, 0);
    const badge = document.getElementById("faults-count");
    badge.textContent = String(count);
    badge.hidden = !count;
    document.getElementById("faults-none").disabled = !count;
  };

  const put = () => attempt(async () => {
    const set = Object.fromEntries(fields.map((field) => [field.name, fromInput(field)]).filter(([name, value]) => value !== known.get(name).nothing));
    book = await ask(`smsc/faults${query()}`, "PUT", set);
    draw();
  });

  const row = (session) => element("tr", {},
    element("td", {}, session.system_id ?? "–"), element("td", {}, session.state), element("td", {}, session.remote),
    element("td", {}, moment(session.since)), element("td", { className: "text-end" }, String(session.submits)),
    element("td", { className: "text-end" }, String(session.unanswered_submits)));

  const drawStatus = (status) => {
    document.getElementById("smsc-address").textContent = status.address ?? texts.smsc_off;
    document.getElementById("smsc-owed").textContent = String(status.receipts_owed);
    document.getElementById("smsc-parts").textContent = String(status.parts_waiting);
    const rows = status.sessions.map(row);
    document.getElementById("sessions").replaceChildren(...(rows.length ? rows : [element("tr", {}, element("td", { colSpan: 6, className: "text-secondary" }, texts.no_sessions))]));
    const names = new Set([...Object.keys(status.systems), ...Object.keys(book.systems)]);
    for (const name of [...names].sort()) {
      if (![...chosen.options].some((option) => option.value === name)) chosen.append(element("option", { value: name }, name));
    }
  };

  const refresh = () => attempt(async () => {
    drawStatus(await ask("smsc"));
    if (!form.contains(document.activeElement)) {
      book = await ask("smsc/faults");
      draw();
    }
  });

  // While the view is shown it is refreshed every two seconds.
  phones.watchSmsc = (shown) => {
    clearInterval(timer);
    if (shown) timer = setInterval(refresh, 2000);
    refresh();
  };

  form.addEventListener("change", put);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    if (event.target.type === "range") document.getElementById(`${event.target.id}-said`).textContent = `${event.target.value} %`;
  });
  chosen.addEventListener("change", draw);
  document.getElementById("faults-none").addEventListener("click", () => attempt(async () => {
    book = await ask("smsc/faults", "DELETE");
    draw();
  }));
})();
