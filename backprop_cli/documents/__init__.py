"""What stands on a page, as data: blocks of text, equations and tables that any format can lay out."""
