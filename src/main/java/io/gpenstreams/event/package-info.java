/**
 * The records of the topics: their JSON, schemas, headers and limits, and the names of topics and
 * error codes. {@link io.gpenstreams.event.RestorationException} is the failure of a photo in all
 * packages.
 *
 * <p>Everything that comes from a topic is untrusted: it is checked against a limit and a schema
 * before it becomes an object.
 *
 * <p>May use: no other package. Does not know what a photo contains.
 */
package io.gpenstreams.event;
