"""Adapters: the environments as other people's agents and trainers expect them.

Each needs an extra of its own, which its module names; their pins exclude each other.
"""
