"""Formulas as data: they are parsed, evaluated and differentiated here, by tables of operations, losses and rules."""
