"""How a complaint is handled: flows, verbs, deadlines, the desk. The only app that imports Viewflow."""
