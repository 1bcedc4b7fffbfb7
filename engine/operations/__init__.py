"""Looking after running processes: incidents, suspension, versions, migration, putting right by hand."""
