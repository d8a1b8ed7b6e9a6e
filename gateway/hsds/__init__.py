"""The public directory as the HSDS API: no session, no cookie, open to pages of any origin."""
