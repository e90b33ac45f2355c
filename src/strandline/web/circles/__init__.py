"""Circles: who meets where and when, and who came."""
