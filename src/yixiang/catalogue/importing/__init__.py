"""Workbooks into the catalogue and out of it: read, judged cell by cell, confirmed whole or not at all."""
