"""What tests stand on: databases that forget, a browser that reports, a server that ends."""
