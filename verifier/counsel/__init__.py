"""Questions about one case: who can, why, why not, how, and what would have to change."""
