// The live wall of phones. Everything a message says is put in as text, never as markup.

const API = "/sandbox/api/";
const SHOWN = 200; // messages kept on the page
const LISTED = 200; // phones kept in the list
const ALL = "all";

const texts = JSON.parse(document.body.dataset.texts);
const language = document.documentElement.lang;
const short = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const clock = new Intl.DateTimeFormat(language, { ...short, second: "2-digit" });
const dated = new Intl.DateTimeFormat(language, { ...short, day: "numeric", month: "short" });
const whole = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });

const byId = (id) => document.getElementById(id);
const phonesBox = byId("phones");
const messagesBox = byId("messages");
const filter = byId("filter");

let phones = new Map(); // number -> {phone, messages, last}
let loading = 0; // number of the newest load: answers to older ones are dropped
let lastId = 0;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function chosen() {
  const hash = location.hash.slice(1);
  return /^\d+$/.test(hash) ? hash : ALL;
}

function spoken(phone) {
  return /^7\d{10}$/.test(phone)
    ? `+7 ${phone.slice(1, 4)} ${phone.slice(4, 7)}-${phone.slice(7, 9)}-${phone.slice(9)}`
    : `+${phone}`;
}

function moment(iso) {
  const date = new Date(iso);
  const format = date.toDateString() === new Date().toDateString() ? clock : dated;
  return element("time", { dateTime: iso, title: whole.format(date) }, format.format(date));
}

function webLink(url, label, className) {
  if (!/^https?:\/\//i.test(url)) return element("span", { className, title: url }, label);
  return element("a", { className, href: url, title: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

const KINDS = {
  sms: "SMS", flash: "Flash", ping: "Ping", wappush: "WAP push", vcard: "vCard", viber: "Viber", whatsapp: "WhatsApp", vk: "VK",
};
const ENCODINGS = { gsm7: "GSM-7", ucs2: "UCS-2", latin1: "Latin-1" };

function shownText(message) {
  return message.kind === "ping" ? texts.ping : message.text; // nobody sees a silent message
}

function spokenValue(value) {
  return typeof value === "object" ? Object.values(value).join(", ") : value;
}

function messageBox(message) {
  const head = element("header", {}, element("span", { className: "channel" }, KINDS[message.kind] ?? message.kind));
  head.append(element("span", {}, `${texts.sender} `, element("b", {}, message.sender)));
  if (chosen() === ALL) {
    head.append(element("span", {}, `${texts.recipient} `, element("a", { href: `#${message.phone}` }, spoken(message.phone))));
  }
  const box = element("article", { className: `message ${message.channel}` }, head, element("p", { className: "text" }, shownText(message)));
  const extras = element("p", { className: "extras" });
  if (message.button) extras.append(webLink(message.button.url, message.button.text, "button"));
  if (message.picture) extras.append(webLink(message.picture, texts.picture, "picture"));
  const more = message.content ?? {};
  if (message.kind === "wappush") extras.append(webLink(more.url, more.url, "button"));
  if (message.kind !== "wappush") {
    for (const [name, value] of Object.entries(more)) extras.append(element("span", {}, `${name}: ${spokenValue(value)}`));
  }
  if (extras.childNodes.length) box.append(extras);
  const foot = element("footer", {}, moment(message.time));
  if (message.channel === "sms") {
    foot.append(element("span", {}, ENCODINGS[message.encoding] ?? message.encoding));
    foot.append(element("span", {}, `${texts.parts}: ${message.parts}`));
  }
  foot.append(element("span", { className: `outcome ${message.outcome}` }, texts[message.outcome] ?? message.outcome));
  box.append(foot);
  return box;
}

function phoneLink(href, name, current, count, last) {
  const link = element("a", { className: "phone", href }, element("b", {}, name));
  if (last) {
    link.append(element("span", {}, moment(last.time)), element("span", { className: "last" }, last.text));
    link.append(element("span", { className: "count" }, count));
  }
  if (current) link.setAttribute("aria-current", "true");
  return link;
}

function showPhones() {
  const current = chosen();
  const links = [phoneLink(`#${ALL}`, texts.all, current === ALL)];
  for (const phone of phones.values()) {
    links.push(phoneLink(`#${phone.phone}`, spoken(phone.phone), current === phone.phone, String(phone.messages), phone.last));
  }
  if (!phones.size && filter.value) links.push(element("p", {}, texts.no_phones));
  const focused = phonesBox.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  phonesBox.replaceChildren(...links);
  if (focused) links.find((link) => link.getAttribute?.("href") === focused)?.focus();
}

function showMessages(messages) {
  byId("chosen").textContent = chosen() === ALL ? texts.all : spoken(chosen());
  document.body.classList.toggle("chosen", location.hash.length > 1);
  if (messages.length) {
    messagesBox.replaceChildren(...messages.map(messageBox));
  } else {
    messagesBox.replaceChildren(element("div", { className: "empty" }, element("b", {}, texts.none), texts.none_hint));
    document.querySelector(".legend").open = true;
  }
  messagesBox.scrollTop = messagesBox.scrollHeight;
}

function add(message) {
  const atEnd = messagesBox.scrollHeight - messagesBox.scrollTop - messagesBox.clientHeight < 60;
  messagesBox.querySelector(".empty")?.remove();
  messagesBox.append(messageBox(message));
  while (messagesBox.childElementCount > SHOWN) messagesBox.firstElementChild.remove();
  if (atEnd) messagesBox.scrollTop = messagesBox.scrollHeight;
}

function count(message) {
  if (!message.phone.startsWith(prefix())) return;
  const messages = (phones.get(message.phone)?.messages ?? 0) + 1;
  phones.delete(message.phone);
  const newest = [message.phone, { phone: message.phone, messages, last: message }];
  phones = new Map([newest, ...phones].slice(0, LISTED));
  refresh();
}

let planned = false;
function refresh() { // a burst of messages redraws the list once
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    showPhones();
  });
}

function prefix() {
  return filter.value.replace(/\D/g, "");
}

async function ask(path, options) {
  const response = await fetch(API + path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message);
  return answer;
}

async function load() {
  const turn = ++loading;
  const phone = chosen() === ALL ? "" : `&phone=${chosen()}`;
  const numbers = prefix() ? `?prefix=${prefix()}` : "";
  try {
    const [listed, messages] = await Promise.all([ask(`phones${numbers}`), ask(`messages?limit=${SHOWN}${phone}`)]);
    if (turn !== loading) return;
    phones = new Map(listed.map((each) => [each.phone, each]));
    lastId = Math.max(lastId, ...messages.map((each) => each.id), ...listed.map((each) => each.last.id));
    showPhones();
    showMessages(messages);
    tell("");
  } catch (error) {
    if (turn === loading) tell(`${texts.failed}: ${error.message}`);
  }
}

function tell(failure) {
  byId("failure").textContent = failure;
  byId("failure").hidden = !failure;
}

function connected(on) {
  byId("link").classList.toggle("on", on);
  byId("link").textContent = on ? texts.live : texts.offline;
}

function listen() {
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
  events.addEventListener("cleared", load);
  events.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    if (message.id <= lastId) return;
    lastId = message.id;
    count(message);
    if (chosen() === ALL || chosen() === message.phone) add(message);
  });
}

let typing;
filter.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(load, 200);
});
byId("clear").addEventListener("click", async () => {
  if (!confirm(texts.remove_question)) return;
  try {
    await ask("messages", { method: "DELETE" });
  } catch (error) {
    tell(`${texts.failed}: ${error.message}`);
  }
});
addEventListener("hashchange", load);

await load();
listen();
