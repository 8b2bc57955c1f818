"""Measures, as ratios against a yardstick in the same run. No test asserts a time."""
