"""Apps, functions, clusters and machines of Azure, and what scales them."""
