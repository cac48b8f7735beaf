"""How alike the submissions of a class are, question by question; nothing of them is run.

In the order in which things happen: ``texts`` reads what is compared and what was handed out,
``likeness`` compares all pairs of a question, ``pairs`` says which of them are worth a look, and
``page`` shows them side by side.
"""
