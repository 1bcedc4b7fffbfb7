"""Performance of budget projects (预算绩效): scoring, self-evaluation reports read, checked, kept and written."""
