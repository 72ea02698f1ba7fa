"""A comparison as one page of HTML that can be sent on.

Nothing is loaded from elsewhere and nothing runs: no script, no font, no image by address.
So it works from a file, by keyboard, with a screen reader and on paper, and it says the same
wherever it is opened.
"""
