package io.gpenstreams.torch;

/**
 * What a pickle says of a storage.
 *
 * @param key what the file calls it
 * @param elements how many it claims to have
 */
record StorageRef(ElementType type, String key, long elements) {}
