// The script of the columns, loaded when a colour, a size or a filter is first chosen.

import { createColumnPanel } from "./columns/column_panel.js";

globalThis.sitegenColumns = createColumnPanel;
