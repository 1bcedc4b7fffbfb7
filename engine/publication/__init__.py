"""What leaves for the public: redacted copies, yearly reports, and what is read of them."""
