// A signature drawn by finger, pen or mouse. Without this file the typed name stands for it.
(() => {
  document.querySelectorAll("[data-sign]").forEach((box) => {
    const pad = box.querySelector("canvas");
    const field = box.querySelector("input[type=hidden]");
    const ink = pad.getContext("2d");
    if (!ink) return;
    box.hidden = false;

    // Where on the canvas a finger is, whatever the size at which it is shown.
    const place = (event) => {
      const shown = pad.getBoundingClientRect();
      return [((event.clientX - shown.left) * pad.width) / shown.width, ((event.clientY - shown.top) * pad.height) / shown.height];
    };
    const clear = () => {
      ink.fillStyle = "#ffffff";
      ink.fillRect(0, 0, pad.width, pad.height);
      ink.strokeStyle = "#10243e";
      ink.lineWidth = 3;
      ink.lineCap = ink.lineJoin = "round";
      field.value = "";
    };
    clear();

    let drawing = false;
    pad.addEventListener("pointerdown", (event) => {
      drawing = true;
      pad.setPointerCapture(event.pointerId);
      ink.beginPath();
      ink.moveTo(...place(event));
      event.preventDefault();
    });
    pad.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      ink.lineTo(...place(event));
      ink.stroke();
    });
    const lift = () => {
      if (!drawing) return;
      drawing = false;
      field.value = pad.toDataURL("image/png");
    };
    pad.addEventListener("pointerup", lift);
    pad.addEventListener("pointercancel", lift);
    box.querySelector("[data-sign-clear]").addEventListener("click", clear);
  });
})();
