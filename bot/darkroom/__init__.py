"""What is done to the bytes of image files: told apart, read by their structure, freed of all but pixels, made smaller.

Nothing here knows where pictures come from or go to. What decodes says so: call it in a thread. Pillow, libheif and
zlib let go of the interpreter while they decode, scale, convert and encode, so a thread holds up nobody.
"""
