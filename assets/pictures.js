// A chart is taken away as a PNG: drawn once more, with the colours and letters that it has on the screen, on paper of the same colour.
const SHARP = 2;
const LOOKS = ["fill", "stroke", "stroke-width", "stroke-linejoin", "stroke-linecap", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline"];

export function takePictures() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-picture]");
    const chart = button && [...document.querySelectorAll("svg.chart")].find((each) => each.getBoundingClientRect().width > 0);
    if (!chart) return;
    const paper = getComputedStyle(document.body).backgroundColor;
    const blob = await painted(await seen(drawnAgain(chart)), paper);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${button.dataset.picture}.png`;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
}

// A picture from outside a page has no style sheet: each part says its own looks.
function drawnAgain(chart) {
  const copy = chart.cloneNode(true);
  const { width, height } = chart.getBoundingClientRect();
  const parts = [chart, ...chart.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((part, at) => {
    const style = getComputedStyle(parts[at]);
    for (const look of LOOKS) part.setAttribute(look, style.getPropertyValue(look));
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width * SHARP);
  copy.setAttribute("height", height * SHARP);
  return new XMLSerializer().serializeToString(copy);
}

async function seen(drawing) {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(drawing)}`;
  await image.decode();
  return image;
}

function painted(image, paper) {
  const margin = 16 * SHARP;
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth + 2 * margin;
  canvas.height = image.naturalHeight + 2 * margin;
  const brush = canvas.getContext("2d");
  brush.fillStyle = paper;
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(image, margin, margin);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
