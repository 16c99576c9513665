/**
 * The commands of {@code gpen}: options, messages and exit codes. Only {@code serve} starts
 * Quarkus; the other commands read the same configuration and open no port.
 *
 * <p>Threads: a command runs on the main thread. Signals are handled on a thread of their own
 * ({@code ExitSignals}).
 *
 * <p>May use: all packages.
 */
package io.gpenstreams.cli;
