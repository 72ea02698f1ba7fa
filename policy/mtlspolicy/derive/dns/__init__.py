"""What DNS answers given as evidence say of a connecting peer. Nothing is asked here.

Names and questions (`names`), the answers sorted (`answers`), one question followed over its
aliases (`lookup`), and what comes of them: the connection's address (`source`), the names that
reverse DNS confirms (`confirm`), TLSA records (`tlsa`), service records (`services`). `peer`
puts them together.
"""
