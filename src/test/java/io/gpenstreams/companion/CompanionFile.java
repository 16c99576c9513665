package io.gpenstreams.companion;

import io.gpenstreams.Npy;
import io.gpenstreams.SharedData;
import io.gpenstreams.torch.Checkpoint;
import io.gpenstreams.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A checkpoint of the reference data, with what the official code gives for it. */
public final class CompanionFile implements AutoCloseable {
  private final String name;
  private final Path file;
  private final Checkpoint checkpoint;

  /** Opens one, or skips the test where there is none. */
  public CompanionFile(String name) {
    this.name = name;
    this.file = checkpoint(name);
    this.checkpoint = Checkpoint.open(file, Optional.empty());
  }

  /** Where a checkpoint is. */
  public static Path checkpoint(String name) {
    return SharedData.file("companions/%s.pth".formatted(name));
  }

  /** What the official code takes or gives, for example {@code input}. */
  public static byte[] bytes(String name, String what) throws IOException {
    return Npy.bytes(SharedData.file("companions/%s.%s.npy".formatted(name, what)));
  }

  /** What the official code gives in float32. */
  public static float[] floats(String name, String what) throws IOException {
    return Npy.floats(SharedData.file("companions/%s.%s.npy".formatted(name, what)));
  }

  Tensors tensors() {
    return Tensors.of(file, checkpoint);
  }

  byte[] input() throws IOException {
    return bytes(name, "input");
  }

  float[] floats(String what) throws IOException {
    return floats(name, what);
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
