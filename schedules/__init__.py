"""Time passed: the tick and nightly work. The only importer of apscheduler."""
