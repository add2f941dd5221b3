// The part of BokehJS that the map uses, and the globals by which scripts hand over functions and shards their payload.

interface BokehItem {
  target_id: string;
}

interface BokehModel {
  setv(attributes: Record<string, unknown>, options?: { silent: boolean }): void;
}

interface BokehFigureView {
  model: { inner_width: number; inner_height: number; document: { get_model_by_name(name: string): BokehModel | null } };
  pause(): void;
  unpause(withoutPaint: boolean): void;
  paint(): void;
}

declare const Bokeh: {
  set_log_level(level: "error"): void;
  embed: { embed_item(item: BokehItem): Promise<{ roots: BokehFigureView[] }> };
};

declare var sitegenShard: (name: string, payload: string) => void;

declare var sitegenColumns: (
  parts: import("./columns/column_selects.js").ColumnPanelParts,
) => Promise<import("./columns/column_selects.js").ColumnPanel>;

declare var sitegenReader: (
  element: HTMLElement,
  parts: import("./document/details.js").DetailsParts,
) => import("./document/details.js").Details;

declare var sitegenSearch: (parts: import("./search/search_box.js").SearchParts) => Promise<import("./search/search_box.js").Search>;

declare var sitegenTools: (parts: import("./tools/toolbar.js").ToolParts) => import("./tools/toolbar.js").Tools;

declare var sitegenCompare: (ids: number[], parts: import("./topics/compare_topics.js").CompareParts) => Promise<HTMLElement[]>;

declare var sitegenGuides: (parts: import("./guides/guides.js").GuideParts) => import("./guides/guides.js").Guides;
