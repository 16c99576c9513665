/**
 * The one folder for all temporary files of the process, and the deletion of folders whose process
 * was killed. A lock on a file in the folder tells whether its process lives.
 *
 * <p>Threads: the folder is opened and closed by the thread that starts the process, or closed by a
 * shutdown hook. Any thread may put files into it.
 *
 * <p>May use: no other package. Does not know who writes there.
 */
package io.gpenstreams.temporary;
