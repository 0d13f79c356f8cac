"""A formula is data: it is read, evaluated and differentiated here, and the tables of facts stand here."""
