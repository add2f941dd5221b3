"""What topics are described by. One bag of words serves it all: texts are split into words once."""
