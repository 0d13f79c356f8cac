"""Pictures for slides and worksheets: what stands where, and matplotlib to put it there."""
