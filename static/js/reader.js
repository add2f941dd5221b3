// The script of what stands below a text in the reader, loaded when a document is first read.

import { createDetails } from "./document/details.js";

globalThis.sitegenReader = createDetails;
