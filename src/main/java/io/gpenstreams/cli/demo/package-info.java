/**
 * {@code gpen demo}: starts a Kafka broker, an S3 server and the packaged service as processes, has
 * them restore photos, and stops them. The launchers are in the module {@code local-servers}.
 *
 * <p>Threads: the main thread; a second one starts the S3 server meanwhile.
 *
 * <p>May use: {@code event} and {@code cli.progress}.
 */
package io.gpenstreams.cli.demo;
