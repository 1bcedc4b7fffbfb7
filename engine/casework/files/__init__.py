"""Files from outside: what may be taken in, judged by name, bytes and contents before anything else reads them."""
