"""One step of somebody's own training, as a sheet that is checked line by line."""
