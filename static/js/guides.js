// The script of the guides: ring, overview and counts. Loaded when one of them is first needed.

import { createGuides } from "./guides/guides.js";

globalThis.sitegenGuides = createGuides;
