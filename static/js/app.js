// What every page does beyond plain links and forms. Nothing here is needed to get work done.
(() => {
  const body = document.body;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  // Says a sentence to a screen reader.
  const say = (words) => {
    const live = document.getElementById("live");
    if (live) live.textContent = words;
  };

  // Menus made of <details> close when one looks elsewhere.
  const closeMenus = (except) => all("details.menu[open]").forEach((menu) => menu !== except && (menu.open = false));
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

  // Notices go when told to, good news by itself.
  const notices = () =>
    all(".notice").forEach((notice) => {
      const button = notice.querySelector("[data-dismiss]");
      if (!button || !button.hidden) return;
      button.hidden = false;
      button.addEventListener("click", () => notice.remove());
      if (notice.matches(".notice-success, .notice-info")) setTimeout(() => notice.remove(), 8000);
    });

  // A form is sent once, however often one clicks.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  // Rows: the current one, selecting, opening.
  const rows = () => all("#list .rows tbody tr");
  const current = () => document.querySelector("tr.is-current");
  const step = (by) => {
    const every = rows();
    if (!every.length) return;
    const at = every.indexOf(current());
    const next = every[Math.min(Math.max(at + by, 0), every.length - 1)];
    every.forEach((row) => row.classList.toggle("is-current", row === next));
    next.scrollIntoView({ block: "nearest" });
    const link = next.querySelector("a");
    if (link) link.focus({ preventScroll: true });
  };
  const select = () => {
    const box = current()?.querySelector("[name=selected]");
    if (box) box.click();
  };
  const open = () => current()?.querySelector(".cell-main a, a")?.click();

  let last = null;
  document.addEventListener("click", (event) => {
    const box = event.target.closest(".rows input[name=selected]");
    if (!box) return;
    const boxes = all(".rows input[name=selected]");
    if (event.shiftKey && last && boxes.includes(last)) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((each) => (each.checked = box.checked));
    }
    last = box;
    count();
  });
  const count = () => {
    const place = document.querySelector("[data-bulk-count]");
    if (!place) return;
    const chosen = all(".rows input[name=selected]:checked").length;
    place.textContent = place.dataset.bulkCount.replace("0", chosen);
  };
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-select-all]")) return;
    all(".rows input[name=selected]").forEach((box) => (box.checked = event.target.checked));
    count();
  });

  // Keys.
  const on = () => body.dataset.shortcuts === "on";
  let going = 0;
  const show = (id) => {
    const dialog = document.getElementById(id);
    if (!dialog || dialog.open) return;
    const source = dialog.dataset.source;
    dialog.showModal();
    if (!source || dialog.childElementCount) return;
    fetch(source, { headers: { "HX-Request": "true" } })
      .then((answer) => answer.text())
      .then((html) => {
        dialog.innerHTML = html;
        ownKeys(dialog.querySelector(".keys-list"));
      });
  };
  // Buttons of this page that have a key of their own stand first in the list of keys.
  const ownKeys = (list) =>
    all("[data-key]")
      .reverse()
      .forEach((button) => {
        const line = document.createElement("div");
        const key = Object.assign(document.createElement("kbd"), { textContent: button.dataset.key });
        const words = button.dataset.keyWords || button.textContent.trim() || button.getAttribute("aria-label");
        line.append(document.createElement("dt"), Object.assign(document.createElement("dd"), { textContent: words }));
        line.firstChild.append(key);
        list?.prepend(line);
      });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      opener.closest("[popover]")?.hidePopover();
      show(opener.dataset.opens);
    }
    const dialog = event.target.closest("dialog");
    if (dialog && event.target === dialog) dialog.close();
  });
  const keys = {
    "/": () => document.getElementById("search")?.focus(),
    "?": () => show("keys"),
    j: () => step(1),
    k: () => step(-1),
    x: select,
    Enter: open,
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.closest("form");
      if (form) form.requestSubmit();
      return;
    }
    if (event.key === "Escape") {
      closeMenus();
      if (event.target.id === "search") event.target.blur();
      return;
    }
    if (!on() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const key = event.key.length === 1 ? latin(event) : event.key;
    if (going && Date.now() - going < 1500) {
      going = 0;
      const place = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
      if (place) {
        event.preventDefault();
        place.click();
      }
      return;
    }
    if (key === "g") {
      going = Date.now();
      return;
    }
    if (key === "Enter" && (event.target.closest("a, button, summary") || !current())) return;
    const own = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (own) {
      event.preventDefault();
      own.matches("input, textarea, select") ? own.focus() : own.click();
    } else if (Object.hasOwn(keys, key)) {
      event.preventDefault();
      keys[key]();
    }
  });
  // On an Arabic keyboard the same physical key gives another letter: it is the key that counts.
  const latin = (event) => (/^Key[A-Z]$/.test(event.code) && !/[a-z]/i.test(event.key) ? event.code[3].toLowerCase() : event.key);

  // The bell: asks how many are new every half minute while the page is looked at; most answers are an empty 304.
  const bell = document.querySelector("[data-bell]");
  let rings = 0;
  const ring = ({ unread, words }, loud) => {
    const count = bell.querySelector(".bell-count");
    count.hidden = !unread;
    count.textContent = unread > 99 ? "99+" : unread;
    bell.setAttribute("aria-label", unread ? words : bell.dataset.words);
    if (loud && unread > rings) say(words);
    rings = unread;
  };
  const listen = (loud = true) => {
    if (document.hidden) return;
    fetch(bell.dataset.bell, { headers: { Accept: "application/json" }, redirect: "error" })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject()))
      .then((news) => ring(news, loud))
      .catch(() => {});
  };
  if (bell) {
    bell.dataset.words = bell.getAttribute("aria-label");
    listen(false);
    setInterval(listen, 30000);
    document.addEventListener("visibilitychange", () => listen());
    document.addEventListener("looked", () => listen(false));
  }

  // What arrives later is made alive too.
  const wake = () => {
    notices();
    count();
    all("[data-opens][hidden], [data-needs-script][hidden]").forEach((element) => (element.hidden = false));
  };
  document.addEventListener("htmx:afterSettle", wake);
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id === "list") say(document.getElementById("list")?.dataset.said || "");
  });
  document.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.statusText));
  wake();
  document.querySelector("form .is-invalid, form .notice-error a")?.focus();
})();
