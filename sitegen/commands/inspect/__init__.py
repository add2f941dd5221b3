"""DATA IN -> what it looks like: the look before modelling, and a first guess at a config. No model is loaded."""
