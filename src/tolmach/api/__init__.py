"""The ASGI shell: bytes to a dialect, health, and nothing of the business."""
