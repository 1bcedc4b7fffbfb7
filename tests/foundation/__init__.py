"""The ground proved: transactions, time, the audit trail, migrations."""
