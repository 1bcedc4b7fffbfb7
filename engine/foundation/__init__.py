"""The ground: refusals, time, actor, transaction, access, audit."""
