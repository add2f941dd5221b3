// The script of the search, loaded when the search box is first used.

import { createSearchPanel } from "./search/search_panel.js";

globalThis.sitegenSearch = createSearchPanel;
