// A signature: drawn with pen, finger or mouse, sent with the form as a picture. Without script a picture is chosen instead.
export const DRAWING = "_drawn.";
const WIDTH = 560, HEIGHT = 180;

export function dressSignature(holder) {
  if (holder.querySelector("canvas")) return;
  const [here, again] = holder.dataset.sign.split("|");
  const chosen = holder.querySelector("input[type=file]");
  const drawn = Object.assign(document.createElement("input"), { type: "hidden", name: DRAWING + chosen.name, disabled: true });
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT, className: "signature" });
  canvas.setAttribute("aria-label", here);
  canvas.setAttribute("role", "img");
  const clear = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-plain", textContent: again });
  const pen = canvas.getContext("2d");
  Object.assign(pen, { lineWidth: 2.5, lineCap: "round", lineJoin: "round", strokeStyle: "#15233f" });

  const at = (event) => [(event.offsetX * WIDTH) / canvas.clientWidth, (event.offsetY * HEIGHT) / canvas.clientHeight];
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", () => {
    drawn.value = canvas.toDataURL("image/png");
    drawn.disabled = false;
  });
  clear.addEventListener("click", () => {
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    drawn.disabled = true;
  });
  holder.append(canvas, drawn, clear);
}

// The signature of a decision: the strokes themselves, as the path of a drawing 600 wide and 200 high. Without script a name is typed.
export function dressStrokes(holder) {
  if (holder.querySelector("canvas")) return;
  const [here, again] = holder.dataset.strokes.split("|");
  const field = holder.querySelector("input");
  const canvas = Object.assign(document.createElement("canvas"), { width: 600, height: 200, className: "signature" });
  canvas.setAttribute("aria-label", here);
  canvas.setAttribute("role", "img");
  const clear = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-plain", textContent: again });
  const pen = canvas.getContext("2d");
  Object.assign(pen, { lineWidth: 2.5, lineCap: "round", lineJoin: "round", strokeStyle: "#15233f" });
  let path = "";
  const at = (event) => [Math.round((event.offsetX * 600) / canvas.clientWidth), Math.round((event.offsetY * 200) / canvas.clientHeight)];
  const add = (sign, event) => {
    const [x, y] = at(event);
    path = `${path}${path ? " " : ""}${sign} ${x} ${y}`.slice(0, 20000);
    return [x, y];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...add("M", event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...add("L", event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", () => {
    field.value = path;
  });
  clear.addEventListener("click", () => {
    pen.clearRect(0, 0, 600, 200);
    path = field.value = "";
  });
  field.maxLength = 20000;
  field.type = "hidden";
  holder.append(canvas, clear);
}
