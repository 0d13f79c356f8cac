"""Pages for a browser: the products of `backprop page`, and the form of a sheet; no server, nothing from elsewhere.

`web/products.py` has the table of those, each a room; `web/filling/` is the form. What runs in the browser lies beside
what packs it, as JavaScript and CSS in files of their own.
"""
