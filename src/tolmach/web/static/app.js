// What pages do in the browser beyond htmx: charts, and things to copy.
(() => {
  "use strict";
  const drawn = new Map();
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--tblr-${name}`).trim();

  const draw = (canvas) => {
    if (!window.Chart) return;
    const wanted = JSON.parse(canvas.dataset.chart);
    const text = colour("secondary");
    const grid = "rgba(128, 128, 128, 0.2)";
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || canvas.closest("[data-redrawn]");
    drawn.get(canvas)?.destroy();
    drawn.set(canvas, new Chart(canvas, {
      type: wanted.kind,
      data: {
        labels: wanted.labels,
        datasets: wanted.series.map((one) => ({
          label: one.name,
          data: one.values,
          backgroundColor: colour(one.colour),
          borderColor: colour(one.colour),
          borderWidth: wanted.kind === "line" ? 2 : 0,
          pointRadius: 2,
          cubicInterpolationMode: "monotone",
          borderRadius: 2,
        })),
      },
      options: {
        animation: still ? false : { duration: 300 },
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        plugins: { legend: { position: "bottom", labels: { color: text, boxWidth: 12, boxHeight: 12 } } },
        scales: {
          x: { stacked: wanted.stacked, grid: { display: false }, ticks: { color: text, maxRotation: 0 } },
          y: { stacked: wanted.stacked, beginAtZero: true, grid: { color: grid }, ticks: { color: text, precision: 0 } },
        },
      },
    }));
  };

  const charts = () => {
    for (const [canvas, chart] of drawn) {
      if (!canvas.isConnected) {
        chart.destroy();
        drawn.delete(canvas);
      }
    }
    document.querySelectorAll("canvas[data-chart]").forEach(draw);
  };

  const copy = async (button) => {
    const source = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    button.dataset.copied = "true";
    setTimeout(() => delete button.dataset.copied, 1500);
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });

  // --- what cannot be undone is asked once more

  const dialog = document.getElementById("ask");
  let asker = null;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-ask]");
    if (!button || !dialog || button === asker) return;
    if (button.form && !button.form.reportValidity()) return;
    event.preventDefault();
    asker = button;
    dialog.querySelector("#ask-text").textContent = button.dataset.ask;
    dialog.querySelector("[data-answer=yes]").textContent = button.textContent.trim();
    dialog.showModal();
  });
  dialog?.addEventListener("click", (event) => {
    const answer = event.target.closest("[data-answer]")?.dataset.answer;
    if (answer) dialog.close(answer);
  });
  dialog?.addEventListener("close", () => {
    const button = asker;
    if (dialog.returnValue === "yes") {
      if (!button.isConnected) {  // a live part was drawn again meanwhile, and only what is in the page can be sent
        button.form.hidden = true;
        document.body.append(button.form);
      }
      button.form.requestSubmit(button);
    }
    dialog.returnValue = "";
    asker = null;
  });

  // --- a form that is composed: what belongs to the chosen channel, and the phone beside it

  const mirror = (form) => {
    const steps = [...form.querySelectorAll("[data-step]")].map((one) => one.value);
    const chosen = steps.filter(Boolean);
    form.querySelectorAll("[data-place]").forEach((one, number) => { one.hidden = !steps[number] && !steps[number + 1]; });
    form.querySelectorAll("[data-cascade]").forEach((one) => { one.hidden = chosen.length < 2; });
    // of an SMS nobody learns whether it was read
    form.querySelectorAll("[data-cascade=read]").forEach((one) => { one.hidden = chosen.slice(0, -1).every((step) => step === "sms"); });
    form.querySelectorAll("[data-channel]").forEach((one) => {
      one.hidden = !chosen.includes(one.dataset.channel);
      one.style.order = chosen.indexOf(one.dataset.channel);
    });
    form.querySelectorAll("[data-show]").forEach((one) => {
      const source = form.querySelector(one.dataset.show);
      const value = source.value || source.placeholder; // the default sender
      one.textContent = value;
      one.classList.toggle("is-empty", !value);
    });
    form.querySelectorAll("[data-picture]").forEach((one) => { one.hidden = !form.querySelector(one.dataset.picture).value; });
  };

  const fill = (target, value) => {
    target.value = value;
    target.dispatchEvent(new Event("input", { bubbles: true }));
    target.focus();
  };

  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-compose]");
    if (form) mirror(form);
  });
  document.addEventListener("change", (event) => {
    const chosen = event.target.closest("select[data-fill]");
    if (chosen?.value) fill(document.querySelector(chosen.dataset.fill), chosen.value);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-fill]");
    if (button) fill(document.querySelector(button.dataset.fill), button.dataset.value);
  });
  document.querySelectorAll("[data-compose]").forEach(mirror);

  // what is open stays open when a live part is drawn again
  let open = [];
  document.addEventListener("htmx:before:swap", () => {
    open = [...document.querySelectorAll("details[open][id]")].map((one) => one.id);
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    document.querySelectorAll("[hx-trigger^=every]").forEach((one) => { one.dataset.redrawn = "true"; });
    charts();
  });
  addEventListener("themechange", charts);
  charts();
})();
