package io.gpenstreams.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file as large as GPEN-BFR-2048's, of which little must ever be in memory. */
class CheckpointHeapTest {
  private static final long ELEMENTS = 71_250_000;
  private static final int TAIL = 8;
  private static final long ALLOWED = 1 << 20;

  @TempDir private Path folder;

  @Test
  void opensALargeFileInLittleHeap() throws IOException {
    Path file = sparse();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long warmUp = readLast(file);
    assertThat(warmUp).isEqualTo(TAIL);

    long before = threads.getCurrentThreadAllocatedBytes();
    long read = readLast(file);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(read).isEqualTo(TAIL);
    assertThat(Files.size(file)).isGreaterThan(ELEMENTS * Float.BYTES);
    assertThat(allocated).isLessThan(ALLOWED);
  }

  private static long readLast(Path file) {
    try (Checkpoint checkpoint = Checkpoint.open(file, Optional.empty())) {
      assertThat(checkpoint.tensor("all").elements()).isEqualTo(ELEMENTS);
      return checkpoint.tensor("tail").toFloats().length;
    }
  }

  /** The older format, whose end can be left out, for a file system to fill with zeroes. */
  private Path sparse() throws IOException {
    byte[] head =
        new TestCheckpoint()
            .storage("0", ElementType.FLOAT32, new byte[0], ELEMENTS)
            .view("all", "0", 0, List.of(ELEMENTS), List.of(1L))
            .view("tail", "0", ELEMENTS - TAIL, List.of((long) TAIL), List.of(1L))
            .legacy();
    Path file = folder.resolve("large.pth");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN));
      channel.write(ByteBuffer.allocate(1), head.length + ELEMENTS * Float.BYTES - 1);
    }
    return file;
  }
}
