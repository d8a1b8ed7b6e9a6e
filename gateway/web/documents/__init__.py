"""What she takes along on paper or as a file: PDFs in her own words, made of the same facts as the pages.

Each is tagged for screen readers (PDF/UA-1) and made to be kept (PDF/A-3a).
"""
