package io.gpenstreams.stream;

/**
 * What an image's row in the pending store says of an attempt before the attempt begins. If the
 * process dies, its mark stays: the next owner of the store finds it.
 *
 * @param process which process works on the image
 * @param alone whether that process works on nothing else meanwhile
 */
record Mark(String process, boolean alone) {}
