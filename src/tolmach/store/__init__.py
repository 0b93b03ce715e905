"""Where everything durable lives: one module per noun over SQLAlchemy Core."""
