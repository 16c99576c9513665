package io.gpenstreams.torch;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads parts of a file, and never beyond its end. */
final class FileBytes implements Closeable {
  private final FileChannel channel;
  private final long size;

  private FileBytes(FileChannel channel, long size) {
    this.channel = channel;
    this.size = size;
  }

  static FileBytes open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new FileBytes(channel, channel.size());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** The size of the file when it was opened, in bytes. */
  long size() {
    return size;
  }

  /** Copies a few bytes into a little-endian buffer. */
  ByteBuffer read(long offset, int length) throws IOException, MalformedException {
    check(offset, length);
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw cut();
      }
    }
    return bytes.flip();
  }

  /** Maps many bytes as a little-endian buffer. It takes no heap. */
  ByteBuffer map(long offset, long length) throws IOException, MalformedException {
    check(offset, length);
    if (length > Integer.MAX_VALUE) {
      throw new MalformedException("has a part of more than 2 GiB");
    }
    if (length > channel.size() - offset) {
      throw cut();
    }
    return channel.map(MapMode.READ_ONLY, offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The whole file from its start. The caller must not close the stream. */
  InputStream stream() throws IOException {
    return new BufferedInputStream(Channels.newInputStream(channel.position(0)), 1 << 16);
  }

  private void check(long offset, long length) throws MalformedException {
    if (offset < 0 || length < 0 || length > size - offset) {
      throw cut();
    }
  }

  private static MalformedException cut() {
    return new MalformedException("is cut: it says that it has more bytes than there are");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
