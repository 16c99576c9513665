/**
 * Shows how far a command is, on a terminal only.
 *
 * <p>May use: no other package.
 */
package io.gpenstreams.cli.progress;
