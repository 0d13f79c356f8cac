"""Three number domains: exact rationals, certified balls, and values rounded as a student rounds."""
