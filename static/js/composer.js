// What the box of a reply or a note does beyond a plain form: colleagues are offered after "@".
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
