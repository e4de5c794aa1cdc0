"""How a complaint is handled: nodes, flows, verbs, desk. The only app that speaks Viewflow."""
