"""Papers of a case: the dossier and the proof package, formats of an export (docs/decisions/0046-papers.md).

blocks.py    what a paper is made of: sections of facts, tables, texts, answers
seeing.py    a case read whole, and what of it this export may show in clear
trail.py     the entries of its stream: which one proves which fact
answers.py   when the bank was told, when the card was stopped, what was not kept, who decided on which article
board.py     the burden board on paper
sections.py, money.py, letters.py, evidence.py, line.py   the parts of a dossier
dossier.py, proof.py   the two formats, and the index of several
printing.py  blocks → HTML → PDF
"""
