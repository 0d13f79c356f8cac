"""Pages for a browser: the products of `backprop page`, each a room; no server, no framework, nothing from elsewhere.

`web/products.py` has their table. What runs in the browser lies beside what packs it, as JavaScript and CSS in files of
their own.
"""
