"""Names under authority control: authority files, the matcher, patterns, and candidates that no file knows yet.

Inside: `authority` reads the files, `rules` and `lexicon` the words of a language. `papers` joins the papers of a
shard to one text, `letters` and `words` see its letters and words as arrays, `traits` tells what a word is, once.
`find` puts together what the `matcher` (on text that `fold` has made plain), the `patterns` at the beginnings that
`spot` finds, the `candidates` among the `chains` of words with capitals, and the `shortforms` of a paper give; `rows`
makes the tables of a shard. `grouping` and `conclude` need the whole corpus; `review` is the loop with an editor.
"""
