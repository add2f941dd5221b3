"""Topics that are named beforehand: which documents are in them, and the stages that keep them."""
