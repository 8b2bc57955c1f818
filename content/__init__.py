"""Content: what staff may edit as text (question bank, fact sheet, sample office) and how it is read, with its faults.

Knows the domain and its own files. Knows no database, no messenger and no clock.
"""
