"""Hands a case over and closes the loop: cases, dossiers, referrals, deletion tasks."""
