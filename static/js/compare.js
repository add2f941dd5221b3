// The script that compares two topics, loaded when someone asks for it.

import { createComparison } from "./compare/comparison.js";

globalThis.sitegenCompare = createComparison;
