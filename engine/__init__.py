"""Objectloom: business objects declared in YAML, interpreted at run time."""
