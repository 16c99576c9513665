/**
 * Makes text from outside safe for one line of a log or a terminal.
 *
 * <p>May use: no other package.
 */
package io.gpenstreams.text;
