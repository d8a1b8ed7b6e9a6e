"""What stops the runner: one sentence that says what happened and what to do."""


class RunnerError(Exception):
    """Something is missing or in the way; the text is one or two sentences for whoever started the runner."""
