"""Messages once they are written: they are delivered, read by their reader, or found dead and tried anew."""

from engine.correspondence.dead import DeadLetter, dead_count, dead_letters, give_up_letters, retry_letters
from engine.correspondence.delivering import Delivered, deliver_waiting
from engine.correspondence.reading import Message, MessagePage, mark_read, received, unread

__all__ = [
    "DeadLetter",
    "Delivered",
    "Message",
    "MessagePage",
    "dead_count",
    "dead_letters",
    "deliver_waiting",
    "give_up_letters",
    "mark_read",
    "received",
    "retry_letters",
    "unread",
]
