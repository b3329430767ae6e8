// The desk's own keys and boxes. Without it every page still works by plain links and forms.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // The two faces of the composer: a key opens one and puts the cursor into it; pressed again it only does the latter.
  document.addEventListener("click", (event) => {
    const summary = event.target.closest("summary[data-face]");
    if (!summary) return;
    const face = summary.parentElement;
    if (face.open) event.preventDefault();
    setTimeout(() => face.querySelector("textarea")?.focus(), 0);
  });

  // The names of chosen files stand beside the button, since the button says them in the browser's own language.
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-files]")) return;
    const place = event.target.closest(".photo-boxes");
    const names = all("[data-files]", place).flatMap((box) => [...box.files].map((file) => file.name));
    place.querySelector(".photo-names").textContent = names.join(" · ");
  });

  // On a phone the side of a ticket becomes tabs.
  const show = (tabs, name) => {
    all("[data-tab]", tabs).forEach((tab) => tab.setAttribute("aria-selected", String(tab.dataset.tab === name)));
    const page = document.getElementById(tabs.dataset.tabs);
    all("[data-panel]", page).forEach((panel) => panel.classList.toggle("is-shown", panel.dataset.panel === name));
  };
  all("[data-tabs]").forEach((tabs) => {
    tabs.hidden = false;
    show(tabs, "talk");
    tabs.addEventListener("click", (event) => {
      const tab = event.target.closest("[data-tab]");
      if (tab) show(tabs, tab.dataset.tab);
    });
    tabs.addEventListener("keydown", (event) => {
      const every = all("[data-tab]", tabs);
      const at = every.indexOf(document.activeElement);
      const forward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
      const back = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
      const next = event.key === forward ? at + 1 : event.key === back ? at - 1 : -1;
      if (at < 0 || !every[next]) return;
      every[next].focus();
      show(tabs, every[next].dataset.tab);
    });
  });

  // A box whose list is chosen from by arrow keys, Enter or a click.
  all("[data-combobox]").forEach((box) => {
    const list = document.getElementById(box.dataset.combobox);
    const options = () => all("[role=option]", list);
    const chosen = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");
    const mark = (at) => {
      options().forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
      const option = options()[at];
      if (option) box.setAttribute("aria-activedescendant", option.id);
      else box.removeAttribute("aria-activedescendant");
    };
    const close = () => {
      list.replaceChildren();
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };
    const take = (option) => {
      box.value = option.dataset.value;
      close();
      box.dispatchEvent(new Event("chosen"));
      box.form.querySelector("input[name=subject]")?.focus();
    };
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) take(option);
    });
    list.addEventListener("htmx:afterSwap", () => {
      if (document.activeElement !== box) return close();
      box.setAttribute("aria-expanded", String(options().length > 0));
      if (options().length) mark(0);
    });
    box.addEventListener("blur", close);
    box.addEventListener("keydown", (event) => {
      const every = options();
      if (!every.length || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        mark((chosen() + (event.key === "ArrowDown" ? 1 : -1) + every.length) % every.length);
      } else if ((event.key === "Enter" || event.key === "Tab") && chosen() >= 0) {
        event.preventDefault();
        take(every[chosen()]);
      } else if (event.key === "Escape") {
        close();
      }
    });
  });
})();
