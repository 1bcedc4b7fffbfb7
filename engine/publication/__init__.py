"""What leaves for the public: redacted copies of cases and replies, yearly reports, and what the public reads of them."""
