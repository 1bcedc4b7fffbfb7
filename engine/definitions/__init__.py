"""Process folders: loading and checking them, their forms, their deployment, and the rule packs cases pin."""
