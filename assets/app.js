// Everything the pages need, in one file: Tabler (with Bootstrap), htmx with morphing, Alpine without eval, Tom Select.
import * as tabler from "@tabler/core/dist/js/tabler.esm.min.js";
import htmx from "htmx.org";
import "idiomorph/htmx";
import Alpine from "@alpinejs/csp";
import TomSelect from "tom-select/base";

// The content security policy forbids eval; htmx must not try.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

window.tabler = tabler;
window.htmx = htmx;
window.Alpine = Alpine;
window.TomSelect = TomSelect;

Alpine.start();
