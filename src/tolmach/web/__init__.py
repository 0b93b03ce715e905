"""Pages for people: the cabinet of an account, and what cabinet and desk share. docs/web.md tells how to add a page."""
