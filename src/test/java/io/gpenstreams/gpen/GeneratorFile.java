package io.gpenstreams.gpen;

import io.gpenstreams.torch.AlteredTensors;
import io.gpenstreams.torch.Tensors;
import io.gpenstreams.torch.TestCheckpoint;
import java.util.Arrays;
import java.util.stream.LongStream;

/** The checkpoint of a small random generator, whole or spoilt, for tests of the command line. */
public final class GeneratorFile {
  /** Side of its images. */
  public static final int SIZE = 64;

  private final Tensors whole = SmallGenerator.weights();
  private final AlteredTensors tensors = new AlteredTensors(whole);

  /** The file of some other network. */
  public static byte[] ofAnotherNetwork() {
    return new TestCheckpoint()
        .floats("conv1.weight", new float[27], 1, 3, 3, 3)
        .floats("fc.bias", new float[10], 10)
        .zip();
  }

  /** Takes a tensor out. */
  public GeneratorFile without(String name) {
    tensors.without(name::equals);
    return this;
  }

  /** Puts a tensor of zeroes in, or in the place of one. */
  public GeneratorFile with(String name, long... shape) {
    tensors
        .with(name, LongStream.of(shape).boxed().toList())
        .holding(name, new float[Math.toIntExact(LongStream.of(shape).reduce(1, (a, b) -> a * b))]);
    return this;
  }

  /** Sets all numbers of a tensor. */
  public GeneratorFile filled(String name, float value) {
    float[] filled = whole.values(name);
    Arrays.fill(filled, value);
    tensors.holding(name, filled);
    return this;
  }

  /** Sets the last number of a tensor. */
  public GeneratorFile ending(String name, float value) {
    tensors.ending(name, value);
    return this;
  }

  /** The file, in PyTorch's format since 1.6. */
  public byte[] zip() {
    return TestCheckpoint.of(tensors).zip();
  }
}
