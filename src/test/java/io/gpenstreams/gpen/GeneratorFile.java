package io.gpenstreams.gpen;

import io.gpenstreams.torch.Tensors;
import io.gpenstreams.torch.TestCheckpoint;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** The checkpoint of a small random generator, whole or spoilt, for tests of the command line. */
public final class GeneratorFile {
  /** Side of its images. */
  public static final int SIZE = 64;

  private final Tensors whole = SmallGenerator.weights();
  private final Set<String> names = new TreeSet<>(whole.names());
  private final Map<String, List<Long>> shapes = new HashMap<>();
  private final Map<String, float[]> values = new HashMap<>();

  /** The file of some other network. */
  public static byte[] ofAnotherNetwork() {
    return new TestCheckpoint()
        .floats("conv1.weight", new float[27], 1, 3, 3, 3)
        .floats("fc.bias", new float[10], 10)
        .zip();
  }

  /** Takes a tensor out. */
  public GeneratorFile without(String name) {
    names.remove(name);
    return this;
  }

  /** Puts a tensor of zeroes in, or in the place of one. */
  public GeneratorFile with(String name, long... shape) {
    names.add(name);
    shapes.put(name, LongStream.of(shape).boxed().toList());
    values.put(name, new float[Math.toIntExact(LongStream.of(shape).reduce(1, (a, b) -> a * b))]);
    return this;
  }

  /** Sets all numbers of a tensor. */
  public GeneratorFile filled(String name, float value) {
    float[] filled = whole.values(name);
    Arrays.fill(filled, value);
    values.put(name, filled);
    return this;
  }

  /** Sets the last number of a tensor. */
  public GeneratorFile ending(String name, float value) {
    float[] ending = whole.values(name);
    ending[ending.length - 1] = value;
    values.put(name, ending);
    return this;
  }

  /** The file, in PyTorch's format since 1.6. */
  public byte[] zip() {
    return TestCheckpoint.of(tensors()).zip();
  }

  private Tensors tensors() {
    return new Tensors() {
      @Override
      public String source() {
        return whole.source();
      }

      @Override
      public Set<String> names() {
        return names;
      }

      @Override
      public List<Long> shape(String name) {
        return shapes.containsKey(name) ? shapes.get(name) : whole.shape(name);
      }

      @Override
      public float[] values(String name) {
        return values.containsKey(name) ? values.get(name) : whole.values(name);
      }
    };
  }
}
