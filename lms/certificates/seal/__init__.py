"""What makes a certificate unforgeable: the signed text of its QR code, its open badge, and signatures in its PDF."""
