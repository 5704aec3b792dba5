"""What people see: pages, partials and signing in."""
