"""The page that marks: the engine itself in the browser, in a worker; a folder, one file, or a SCORM package.

`opened`, `lines`, `practising` and `door` run in the browser; the other modules pack what runs there.
"""
