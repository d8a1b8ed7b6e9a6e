"""The public directory as files: what each format makes of the records that the directory streams."""
