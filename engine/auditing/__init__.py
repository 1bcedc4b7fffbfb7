"""The auditor's work: the audit trail verified and searched; what the trail is about stays closed to him."""
