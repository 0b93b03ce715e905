// What the pages of the phones are put together from. Everything a message says is put in as text, never as markup.
globalThis.phones = (() => {
  "use strict";
  const API = "/sandbox/api/";
  const page = document.getElementById("phones");
  const texts = JSON.parse(page.dataset.texts);
  const language = document.documentElement.lang;
  const short = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const clock = new Intl.DateTimeFormat(language, short);
  const dated = new Intl.DateTimeFormat(language, { ...short, day: "numeric", month: "short" });
  const whole = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });

  // Properties, among them `data` and `aria`, then children; what is null is left out.
  const element = (name, { data, aria, ...properties } = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    Object.assign(made.dataset, data);
    for (const [key, value] of Object.entries(aria ?? {})) made.setAttribute(key === "role" ? key : `aria-${key}`, value);
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  };

  const icon = (name, classes = "") => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    made.setAttribute("class", `icon ${classes}`.trim());
    made.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${page.dataset.icons}#${name}`);
    made.append(use);
    return made;
  };

  const spoken = (phone) => (/^7\d{10}$/.test(phone)
    ? `+7 ${phone.slice(1, 4)} ${phone.slice(4, 7)}-${phone.slice(7, 9)}-${phone.slice(9)}`
    : `+${phone}`);

  const moment = (iso) => {
    const date = new Date(iso);
    const format = date.toDateString() === new Date().toDateString() ? clock : dated;
    return element("time", { dateTime: iso, title: whole.format(date) }, format.format(date));
  };

  const isWeb = (url) => /^https?:\/\//i.test(url);

  const link = (url, label, className = "") => (isWeb(url)
    ? element("a", { className, href: url, title: url, target: "_blank", rel: "noopener noreferrer" }, label)
    : element("span", { className, title: url }, label));

  // A text whose addresses are links, as phones show them.
  const linked = (text) => text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/i)
    .map((piece, turn) => (turn % 2 ? link(piece, piece) : piece));

  const ask = async (path, method = "GET", body = undefined) => {
    const response = await fetch(API + path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.message);
    return answer;
  };

  const tell = (error) => {
    const box = document.getElementById("failure");
    box.hidden = !error;
    box.querySelector("[data-said]").textContent = error ? `${texts.failed}: ${error.message}` : "";
  };

  // Run something that asks the sandbox, and show why it failed.
  const attempt = async (work) => {
    try {
      await work();
      tell(null);
    } catch (error) {
      tell(error);
    }
  };

  return { API, page, texts, element, icon, spoken, moment, link, linked, isWeb, ask, tell, attempt };
})();
