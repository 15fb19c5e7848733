"""What several formats share: findings, losses, and fields that files spell alike. No format of its own."""
