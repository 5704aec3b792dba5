"""Typed nodes become Python functions: built as syntax trees, compiled, run without builtins (FORMULA 2.13)."""

from .module import condition, evaluator

__all__ = ["condition", "evaluator"]
