"""Results that a dataset brings, matched to its documents, and the stages that hand them on as they are."""
