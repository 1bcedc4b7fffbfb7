"""Printed forms and letters: Word and PDF from templates, exact to the page."""
