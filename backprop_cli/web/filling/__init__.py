"""The sheet as a form: typed in a browser, saved as the answer file that `check` and `grade` read."""
