"""Saved proofs: written so that anyone can check them, and checked again without being trusted."""
