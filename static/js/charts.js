// Draws what a canvas carries in data-chart; the table below it says the same to whoever sees no picture.
(() => {
  const rtl = document.dir === "rtl";
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  // A colour as the sheet resolves it now: light-dark() and oklch are for the browser to work out, not for us.
  const colour = (name, place) => {
    const probe = document.createElement("span");
    probe.className = `chart-${name}`;
    place.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };

  const figure = (value, unit) =>
    `${value.toLocaleString("en", { maximumFractionDigits: 3 })}${unit ? ` ${unit}` : ""}`;

  const draw = (canvas) => {
    const wanted = JSON.parse(canvas.dataset.chart);
    const frame = canvas.parentElement;
    const ink = colour("ink", frame);
    const font = { family: getComputedStyle(document.body).fontFamily, size: 13 };
    const along = wanted.across ? "y" : "x";
    const up = wanted.across ? "x" : "y";
    const grid = { color: colour("line", frame) };
    return new Chart(canvas, {
      type: "bar",
      data: {
        labels: wanted.labels,
        datasets: wanted.sets.map((set) => ({ ...set, backgroundColor: colour(set.tone, frame), maxBarThickness: 40 })),
      },
      options: {
        indexAxis: along,
        animation: still ? false : { duration: 250 },
        responsive: true,
        maintainAspectRatio: false,
        locale: "en",
        scales: {
          [along]: {
            stacked: wanted.stacked,
            reverse: rtl && along === "x",
            position: along === "y" && rtl ? "right" : undefined,
            grid: { display: false },
            ticks: { color: ink, font },
          },
          [up]: {
            stacked: wanted.stacked,
            beginAtZero: true,
            max: wanted.most,
            reverse: rtl && up === "x",
            position: up === "y" && rtl ? "right" : undefined,
            grid,
            ticks: { color: ink, font, callback: (value) => figure(value) },
          },
        },
        plugins: {
          legend: { display: wanted.sets.length > 1, rtl, textDirection: rtl ? "rtl" : "ltr", labels: { color: ink, font } },
          tooltip: {
            rtl,
            textDirection: rtl ? "rtl" : "ltr",
            titleFont: font,
            bodyFont: font,
            callbacks: {
              label: (item) => `${item.dataset.label}: \u2066${figure(item.parsed[up], wanted.unit)}\u2069`,
            },
          },
        },
      },
    });
  };

  const charts = [...document.querySelectorAll("canvas[data-chart]")].map((canvas) => [canvas, draw(canvas)]);
  // The theme changes without a new page: draw again in its colours.
  new MutationObserver(() => {
    charts.forEach((pair) => {
      pair[1].destroy();
      pair[1] = draw(pair[0]);
    });
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
})();
