// The days of a month by the arrow keys. Without it the entries are reached by the tab key, as every link is.
(() => {
  const month = document.querySelector("[data-month]");
  if (!month) return;
  const days = [...month.querySelectorAll("[data-day]")];
  const begin = days.findIndex((day) => day.classList.contains("is-today"));
  days.forEach((day, number) => {
    day.tabIndex = number === Math.max(begin, 0) ? 0 : -1;
  });

  const onward = document.dir === "rtl" ? -1 : 1;
  const steps = { ArrowRight: onward, ArrowLeft: -onward, ArrowDown: 7, ArrowUp: -7 };

  month.addEventListener("keydown", (event) => {
    const at = days.indexOf(event.target);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter") {
      event.target.querySelector("a")?.focus();
      return;
    }
    let next = at + (steps[event.key] ?? 0);
    if (event.key === "Home") next = at - (at % 7);
    if (event.key === "End") next = at - (at % 7) + 6;
    if (next === at || !days[next] || days[next].offsetParent === null) return;
    event.preventDefault();
    days[at].tabIndex = -1;
    days[next].tabIndex = 0;
    days[next].focus();
  });
})();
