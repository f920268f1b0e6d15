"""Topics, subscriptions, tasks and clocks of Google Cloud."""
