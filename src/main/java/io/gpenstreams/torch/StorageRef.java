package io.gpenstreams.torch;

/**
 * A storage as a pickle describes it.
 *
 * @param key its name in the file
 * @param elements the number of elements that the pickle claims
 */
record StorageRef(ElementType type, String key, long elements) {}
