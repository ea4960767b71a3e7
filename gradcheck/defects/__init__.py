"""Kinds of mistakes in a derivative: how they are made, and how they are recognised."""
