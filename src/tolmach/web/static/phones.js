// The phones, live: which view is shown, what is known, and the news as it comes.
(() => {
  "use strict";
  const { API, texts, element, icon, spoken, ask, attempt, bubble, own, details, drawWall, drawFound } = phones;
  const SHOWN = 200; // messages kept of one phone
  const LISTED = 200; // phones kept on the wall
  const CHANNELS = ["sms", "viber", "whatsapp", "vk"];
  const byId = (id) => document.getElementById(id);
  const views = ["view-wall", "view-phone", "view-smsc"].map(byId).filter(Boolean);
  const screen = byId("screen");
  const search = byId("search");
  const answers = "replies" in phones.page.dataset; // whether somebody takes replies

  let listed = new Map(); // number -> {phone, on, outcome, messages, last}
  let recent = new Map(); // number -> its newest messages
  let lastId = 0;
  let loading = 0; // number of the newest load: answers to older ones are dropped
  let open = null; // {phone, on, outcome} of the phone that is shown
  let inspected = 0;
  let said = 0; // id of the newest reply that is shown

  const place = () => {
    const [, phone, message] = /^#(\d+)(?:\/(\d+))?$/.exec(location.hash) ?? [];
    if (phone) return { view: "phone", phone, message: Number(message ?? 0) };
    return { view: location.hash === "#smsc" && byId("view-smsc") ? "smsc" : "wall" };
  };

  const show = (view) => {
    for (const one of views) one.hidden = one.id !== `view-${view}`;
    document.querySelectorAll("[data-view]").forEach((one) => {
      if (one.dataset.view === view) one.setAttribute("aria-current", "page");
      else one.removeAttribute("aria-current");
    });
    phones.watchSmsc?.(view === "smsc");
  };

  // One phone

  const inspect = (message) => {
    inspected = message.id;
    byId("details").replaceChildren(...details(message));
    byId("details-card").hidden = false;
    document.querySelectorAll(".phone-bubble").forEach((one) => one.classList.toggle("phone-bubble-chosen", Number(one.dataset.id) === inspected));
  };

  const inspectByHand = (message) => {
    inspect(message);
    byId("details-title").focus();
  };

  const flash = (message) => {
    byId("flash").dataset.id = message.id;
    byId("flash-sender").textContent = message.sender;
    byId("flash-text").textContent = message.text;
    byId("flash").hidden = false;
  };

  const CLOSED = "flash-closed"; // id of the newest flash message that was closed in this tab

  // A flash message lies on top of everything until somebody closes it, also when its phone is opened later.
  const flashed = (message) => {
    if (message?.kind === "flash" && message.outcome === "delivered" && message.id > Number(sessionStorage.getItem(CLOSED))) flash(message);
  };

  const drawSettings = () => {
    byId("handset").classList.toggle("handset-off", !open.on);
    byId("power").checked = open.on;
    byId("off-note").hidden = open.on;
    byId("off-waiting").textContent = `${texts.waiting_count}: ${screen.querySelectorAll(".outcome-waiting").length}`;
    for (const channel of CHANNELS) byId(`outcome-${channel}`).value = open.outcome[channel] ?? "";
  };

  const nameSenders = (senders) => {
    if (!answers) return;
    const names = [...new Set(senders)].reverse();
    byId("reply-names").replaceChildren(...names.map((value) => element("option", { value })));
    if (names.length && !byId("reply-text").value) byId("reply-to").value = names[0];
  };

  const drawPhone = (messages, replies, wanted) => {
    said = Math.max(0, ...replies.map((one) => one.id));
    const shown = [...messages.map((one) => [one.time, bubble(one, inspectByHand)]), ...replies.map((one) => [one.time, own(one)])];
    shown.sort(([one], [two]) => one.localeCompare(two));
    nameSenders(messages.map((one) => one.sender));
    byId("phone-title").textContent = spoken(open.phone);
    byId("details-card").hidden = true;
    byId("flash").hidden = true;
    screen.replaceChildren(...(shown.length ? shown.map(([, made]) => made) : [element("p", { className: "screen-empty" }, icon("message-off"), texts.none)]));
    drawSettings();
    screen.scrollTop = screen.scrollHeight;
    const found = messages.find((one) => one.id === wanted);
    if (!found) return flashed(messages.at(-1));
    inspect(found);
    screen.querySelector(`[data-id="${wanted}"]`).scrollIntoView({ block: "center" });
  };

  const atEnd = () => screen.scrollHeight - screen.scrollTop - screen.clientHeight < 80;

  const add = (message) => {
    const follow = atEnd();
    screen.querySelector(".screen-empty")?.remove();
    const made = bubble(message, inspectByHand);
    made.classList.add("phone-bubble-new");
    screen.append(made);
    while (screen.childElementCount > SHOWN) screen.firstElementChild.remove();
    if (follow) screen.scrollTop = screen.scrollHeight;
    if (message.kind === "flash" && message.outcome === "delivered") flash(message);
    drawSettings();
    nameSenders([...[...byId("reply-names")?.children ?? []].map((one) => one.value).reverse(), message.sender]);
  };

  const replace = (message) => {
    const old = screen.querySelector(`[data-id="${message.id}"]`);
    if (!old) return;
    const focused = old.contains(document.activeElement);
    const made = bubble(message, inspectByHand);
    old.replaceWith(made);
    drawSettings();
    if (message.id === inspected) inspect(message);
    if (message.kind === "flash" && message.outcome === "delivered" && old.querySelector(".outcome-waiting")) flash(message);
    if (focused) made.querySelector("[data-details]").focus();
  };

  const set = (change) => attempt(async () => {
    open = await ask(`phones/${open.phone}`, "PATCH", change);
    drawSettings();
  });

  // The wall

  const remember = (message) => {
    recent.set(message.phone, [...(recent.get(message.phone) ?? []).filter((one) => one.id !== message.id), message].slice(-5));
  };

  const digits = () => (/^[\d\s+()-]+$/.test(search.value.trim()) ? search.value.replace(/\D/g, "") : "");

  let planned = false;
  const redraw = () => { // a burst of messages draws the wall once
    if (planned) return;
    planned = true;
    requestAnimationFrame(() => {
      planned = false;
      drawWall(byId("tiles"), [...listed.values()], recent);
      byId("empty").hidden = listed.size > 0 || search.value !== "";
      byId("no-phones").hidden = listed.size > 0 || !digits();
    });
  };

  const tally = (message) => {
    const before = listed.get(message.phone);
    listed.delete(message.phone);
    const now = { phone: message.phone, on: before?.on ?? true, outcome: before?.outcome ?? {}, messages: (before?.messages ?? 0) + 1, last: message };
    listed = new Map([[message.phone, now], ...listed].slice(0, LISTED));
    redraw();
  };

  const find = async () => {
    const words = digits() ? "" : search.value.trim();
    byId("found-part").hidden = !words;
    byId("wall-part").hidden = Boolean(words);
    if (!words) return;
    const turn = loading;
    const messages = await ask(`messages?limit=50&containing=${encodeURIComponent(words)}`);
    if (turn !== loading) return;
    drawFound(byId("found"), messages);
    byId("found-none").hidden = messages.length > 0;
  };

  // Loading and news

  const loadWall = async (turn) => {
    const prefix = digits() ? `&prefix=${digits()}` : "";
    const [numbers, messages] = await Promise.all([ask(`phones?limit=${LISTED}${prefix}`), ask("messages?limit=500")]);
    if (turn !== loading) return;
    listed = new Map(numbers.map((each) => [each.phone, each]));
    recent = new Map();
    messages.forEach(remember);
    lastId = Math.max(lastId, ...messages.map((each) => each.id));
    redraw();
    await find();
  };

  const written = (phone) => (answers ? ask(`phones/${phone}/replies`) : []);

  const addReplies = (replies) => {
    for (const one of replies.filter((each) => each.id > said)) {
      said = one.id;
      screen.querySelector(".screen-empty")?.remove();
      screen.append(own(one));
      screen.scrollTop = screen.scrollHeight;
    }
  };

  const loadPhone = async (turn, { phone, message }) => {
    const [known, messages, replies] = await Promise.all([ask(`phones/${phone}`), ask(`messages?limit=${SHOWN}&phone=${phone}`), written(phone)]);
    if (turn !== loading) return;
    open = known;
    lastId = Math.max(lastId, ...messages.map((each) => each.id));
    drawPhone(messages, replies, message);
  };

  const load = () => attempt(async () => {
    const turn = ++loading;
    const here = place();
    show(here.view);
    if (here.view === "phone") await loadPhone(turn, here);
    else {
      open = null;
      await loadWall(turn);
    }
  });

  const connected = (on) => {
    byId("live").classList.toggle("live-on", on);
    byId("live-text").textContent = on ? texts.live : texts.offline;
  };

  const arrived = (message) => {
    if (message.id <= lastId) return;
    lastId = message.id;
    remember(message);
    if (!digits() || message.phone.startsWith(digits())) tally(message);
    if (open?.phone === message.phone) add(message);
  };

  const changed = (message) => {
    remember(message);
    if (open?.phone === message.phone) replace(message);
    redraw();
  };

  const settled = (phone) => {
    const known = listed.get(phone.phone);
    if (known) Object.assign(known, phone);
    redraw();
    if (open?.phone === phone.phone) attempt(async () => {
      open = await ask(`phones/${phone.phone}`);
      drawSettings();
      addReplies(await written(phone.phone));
    });
  };

  const listen = () => {
    const events = new EventSource(`${API}events?since=${lastId}`);
    let lost = false;
    events.onopen = () => {
      connected(true);
      if (lost) load(); // messages may have been cleared meanwhile
      lost = false;
    };
    events.onerror = () => {
      connected(false);
      lost = true;
      if (events.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
    };
    const on = (name, work) => events.addEventListener(name, (event) => work(JSON.parse(event.data)));
    on("cleared", load);
    on("message", arrived);
    on("changed", changed);
    on("phone", settled);
  };

  let typing;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => (place().view === "wall" ? load() : (location.hash = "")), 200);
  });
  search.form.addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => {
    if (confirm(texts.clear_question)) attempt(() => ask("messages", "DELETE"));
  });
  byId("clear-phone").addEventListener("click", () => attempt(() => ask(`messages?phone=${open.phone}`, "DELETE")));
  byId("reset-phone").addEventListener("click", () => attempt(async () => {
    open = await ask(`phones/${open.phone}`, "DELETE");
    drawSettings();
  }));
  byId("power").addEventListener("change", (event) => set({ on: event.target.checked }));
  byId("outcomes").addEventListener("change", () => {
    const chosen = CHANNELS.map((channel) => [channel, byId(`outcome-${channel}`).value]).filter(([, word]) => word);
    set({ outcome: Object.fromEntries(chosen) });
  });
  byId("reply")?.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(async () => {
      await ask(`phones/${open.phone}/reply`, "POST", { to: byId("reply-to").value, text: byId("reply-text").value });
      byId("reply-text").value = "";
    });
  });
  byId("flash-close").addEventListener("click", () => {
    byId("flash").hidden = true;
    sessionStorage.setItem(CLOSED, Math.max(Number(byId("flash").dataset.id), Number(sessionStorage.getItem(CLOSED))));
    screen.focus();
  });
  // what reloads the page comes back to the same phone
  document.querySelectorAll("[data-keeps-place]").forEach((link) => link.addEventListener("click", () => {
    link.hash = location.hash;
  }));
  addEventListener("hashchange", load);
  load().then(listen);
})();
