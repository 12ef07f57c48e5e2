"""Base templates, components and styles: what every page of the house is made of."""
