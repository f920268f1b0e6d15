"""Objects that a cluster keeps beside workloads: namespaces, storage, access, settings, budgets."""
