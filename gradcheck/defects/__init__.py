"""Kinds of mistakes in a derivative: how they are made, and how they are recognised.

A family is one file here and one line in `catalogue`, which is not here so that a run without failures loads none.
"""
