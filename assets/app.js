// Everything the pages need, in one file: htmx with morphing, Tom Select for lookups, and the few habits of our own pages.
// Every page works without it; nothing here decides anything.
import htmx from "htmx.org";
import "idiomorph/htmx";
import { dragCards } from "./board.js";
import { typeInCells } from "./cells.js";
import { keepDrafts } from "./drafts.js";
import { dressForms } from "./forms.js";
import { watchKeys } from "./keys.js";
import { closeMenusOutside, dismissNotes, keepMenusInSight, submitOnChange } from "./menus.js";
import { takePictures } from "./pictures.js";
import { makeInPlace } from "./quick.js";
import { searchEverywhere } from "./search.js";
import { watchTicks } from "./ticks.js";
import { followSystemTheme } from "./theme.js";
import { reloadWhenChanged } from "./watched.js";
import { scrollWideLists } from "./wide.js";
import { explainInPlace } from "./why.js";

// The content security policy forbids eval and inline styles; htmx must not try.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

window.htmx = htmx;
document.documentElement.dataset.script = "yes";

followSystemTheme();
closeMenusOutside();
dismissNotes();
keepMenusInSight();
submitOnChange();
watchKeys();
watchTicks();
dressForms();
keepDrafts();
dragCards();
reloadWhenChanged();
explainInPlace();
takePictures();
makeInPlace();
typeInCells();
scrollWideLists();
searchEverywhere();
