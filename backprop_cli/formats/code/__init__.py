"""Solutions as programs, notebooks and spreadsheets that compute them again."""
