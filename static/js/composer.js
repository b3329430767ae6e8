// What the box of a reply or a note does beyond a plain form: colleagues are offered after "@", what is written is kept
// on the server, files too, and a reply may be taken back for a while.
(() => {
  const OPEN = /(?:^|[\s(«"،])@([^\s@][^\n@]{0,40}|)$/;
  let list = null;
  let box = null;
  let asked = "";

  const options = () => (list ? [...list.children] : []);
  const close = () => {
    list?.remove();
    list = null;
    box?.removeAttribute("aria-activedescendant");
    box?.removeAttribute("aria-controls");
  };
  const mark = (at) => {
    options().forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
    if (options()[at]) box.setAttribute("aria-activedescendant", options()[at].id);
  };
  const chosen = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");
  const typed = () => OPEN.exec(box.value.slice(0, box.selectionStart))?.[1];

  const take = (option) => {
    const before = box.value.slice(0, box.selectionStart);
    const from = before.length - typed().length;
    const words = `${option.dataset.name} `;
    box.setRangeText(words, from, before.length, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    close();
    box.focus();
  };

  const show = (people) => {
    close();
    if (!people.length || document.activeElement !== box) return;
    list = Object.assign(document.createElement("ul"), { className: "mention-list", id: "mentions" });
    list.setAttribute("role", "listbox");
    people.forEach(({ name, job }, number) => {
      const option = Object.assign(document.createElement("li"), { id: `mention-${number}` });
      option.setAttribute("role", "option");
      option.dataset.name = name;
      const words = Object.assign(document.createElement("bdi"), { textContent: name });
      option.append(words);
      if (job) option.append(" ", Object.assign(document.createElement("span"), { className: "quiet", textContent: job }));
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(option);
      });
      list.append(option);
    });
    box.after(list);
    box.setAttribute("aria-controls", "mentions");
    mark(0);
  };

  const ask = () => {
    const words = typed();
    if (words === undefined) return close();
    asked = words;
    const url = new URL(box.dataset.mentions, location.href);
    url.searchParams.set("q", words);
    fetch(url, { headers: { Accept: "application/json" }, redirect: "error" })
      .then((answer) => (answer.ok ? answer.json() : { people: [] }))
      .then(({ people }) => asked === words && show(people))
      .catch(close);
  };

  let timer = 0;
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-mentions]")) return;
    box = event.target;
    clearTimeout(timer);
    if (typed() === undefined) return close();
    timer = setTimeout(ask, 150);
  });
  document.addEventListener("focusout", (event) => event.target === box && close());
  document.addEventListener(
    "keydown",
    (event) => {
      if (!list || event.target !== box || event.ctrlKey || event.metaKey || event.isComposing) return;
      const every = options();
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        mark((chosen() + (event.key === "ArrowDown" ? 1 : -1) + every.length) % every.length);
      } else if ((event.key === "Enter" || event.key === "Tab") && chosen() >= 0) {
        take(every[chosen()]);
      } else if (event.key === "Escape") {
        close();
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
})();

(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const boxes = () => all("textarea[data-draft]");
  const keyOf = (box) => `draft ${box.dataset.draft} ${box.dataset.faceName}`;
  const timers = new WeakMap();
  const saved = new WeakMap();
  const tell = (box, words) => {
    const place = box.form.querySelector("[data-draft-state]");
    if (place) place.textContent = words ? place.dataset[words] : "";
  };
  const post = (box, fill, options = {}) => {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", box.form.querySelector("[name=csrfmiddlewaretoken]").value);
    data.set("face", box.dataset.faceName);
    fill(data);
    return fetch(box.dataset.draft, { method: "POST", body: data, redirect: "error", ...options });
  };

  // The text, a moment after the last key. If the server does not take it, the tab keeps it until it does.
  const keep = (box, options) => {
    clearTimeout(timers.get(box));
    if (saved.get(box) === box.value || box.form.dataset.sent) return;
    const words = box.value;
    post(box, (data) => data.set("text", words), options)
      .then((answer) => {
        if (answer.status !== 204) throw new Error(answer.status);
        saved.set(box, words);
        sessionStorage.removeItem(keyOf(box));
        tell(box, words ? "saved" : "");
      })
      .catch(() => {
        sessionStorage.setItem(keyOf(box), words);
        tell(box, "lost");
      });
  };
  document.addEventListener("input", (event) => {
    if (!event.target.matches("textarea[data-draft]")) return;
    clearTimeout(timers.get(event.target));
    timers.set(event.target, setTimeout(() => keep(event.target), 1200));
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) boxes().forEach((box) => saved.has(box) && keep(box, { keepalive: true }));
  });
  // Sent: nothing is kept of it any more.
  document.addEventListener(
    "submit",
    (event) => {
      const box = event.target.querySelector?.("textarea[data-draft]");
      if (!box) return;
      clearTimeout(timers.get(box));
      sessionStorage.setItem(keyOf(box), box.value); // until the page comes back: the sign-in may have expired
    },
    true,
  );

  // Files go to the server as soon as they are chosen.
  document.addEventListener("change", (event) => {
    const input = event.target;
    const box = input.matches("[data-files]") && input.form?.querySelector("textarea[data-draft]");
    if (!box) return;
    const files = [...input.files];
    post(box, (data) => files.forEach((file) => data.append("files", file)))
      .then((answer) => answer.text().then((html) => show(box, html)))
      .then(() => {
        input.value = "";
        const names = box.form.querySelector(".photo-names");
        if (names) names.textContent = "";
      })
      .catch(() => {}); // they stay chosen and go with the form
  });
  const show = (box, html) => (box.form.querySelector("[data-draft-files]").innerHTML = html);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove-file]");
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    const box = button.form.querySelector("textarea[data-draft]");
    const data = new FormData();
    data.set("csrfmiddlewaretoken", button.form.querySelector("[name=csrfmiddlewaretoken]").value);
    data.set("face", box.dataset.faceName);
    fetch(button.formAction, { method: "POST", body: data, redirect: "error" })
      .then((answer) => answer.text())
      .then((html) => show(box, html))
      .catch(() => {});
  });

  // A reply on its way: count down, then let it go.
  const countDown = (bar) => {
    const end = Date.now() + Number(bar.dataset.leavesIn) * 1000;
    const place = bar.querySelector(".leaving-seconds");
    const step = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      place.textContent = Math.max(left, 0);
      if (left > 0) return setTimeout(step, 250);
      bar.querySelector("[data-send-now]").requestSubmit();
    };
    step();
  };

  const wake = () => {
    // A refused box replaces one that was open, and of faces of one name the browser opens but one: open it again.
    const faces = all("#composer details.face");
    if (faces.length && !faces.some((face) => face.open)) {
      (faces.find((face) => face.querySelector(".notice-error, .field-error")) || faces[0]).open = true;
    }
    all("[data-hold]").forEach((hold) => (hold.value = "1"));
    boxes().forEach((box) => {
      if (saved.has(box)) return;
      saved.set(box, box.value);
      const kept = sessionStorage.getItem(keyOf(box));
      if (kept && !box.value && !document.querySelector(".leaving") && !box.dataset.restored) {
        box.dataset.restored = "yes";
        const face = box.closest("details");
        // The same words stand in the conversation when they arrived after all.
        if (all(".said-mine .said-text").some((said) => said.innerText.trim() === kept.trim())) {
          sessionStorage.removeItem(keyOf(box));
          return;
        }
        box.value = kept;
        if (face) face.open = true;
        keep(box);
      } else if (!box.value || document.querySelector(".leaving")) {
        sessionStorage.removeItem(keyOf(box));
      }
    });
    all("[data-leaves-in]").forEach((bar) => {
      if (bar.dataset.counting) return;
      bar.dataset.counting = "yes";
      countDown(bar);
    });
  };
  document.addEventListener("htmx:afterSettle", wake);
  wake();
})();
