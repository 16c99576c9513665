package io.gpenstreams.torch;

import ai.onnxruntime.platform.Fp16Conversions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A tensor of an open checkpoint. Its numbers stay in the file until {@link #toFloats}. */
public final class CheckpointTensor {
  private static final Set<ElementType> WEIGHTS =
      EnumSet.of(ElementType.FLOAT32, ElementType.FLOAT16, ElementType.BFLOAT16);

  private final Path file;
  private final String name;
  private final TensorRef tensor;
  private final long elements;
  private final Region storage;

  CheckpointTensor(Path file, String name, TensorRef tensor, Region storage)
      throws MalformedException {
    this.file = file;
    this.name = name;
    this.tensor = tensor;
    this.elements = tensor.elements();
    this.storage = storage;
  }

  /** Its name, without the prefix {@code module.}. */
  public String name() {
    return name;
  }

  /** The sizes of its dimensions; empty for a scalar. */
  public List<Long> shape() {
    return tensor.shape();
  }

  /**
   * Its type: {@code float32}, {@code float16}, {@code bfloat16}, or a type that weights never
   * have.
   */
  public String dtype() {
    return tensor.storage().type().dtype();
  }

  /** Its number of elements, which is at most the number in its storage. */
  public long elements() {
    return elements;
  }

  /**
   * Reads its numbers, in row-major order.
   *
   * @throws CheckpointException if its type is not {@code float32}, {@code float16} or {@code
   *     bfloat16}, if its bytes do not match the checksum in the file, or if the checkpoint is
   *     closed
   */
  public float[] toFloats() {
    try {
      return read();
    } catch (MalformedException e) {
      throw new CheckpointException("%s: %s %s".formatted(file, name, e.getMessage()), e);
    } catch (IOException e) {
      throw new CheckpointException(
          "%s: %s cannot be read: %s".formatted(file, name, e.getMessage()), e);
    }
  }

  private float[] read() throws IOException, MalformedException {
    ElementType type = tensor.storage().type();
    if (!WEIGHTS.contains(type)) {
      throw new MalformedException("holds " + type.dtype() + ", which no weight is");
    }
    if (elements > Integer.MAX_VALUE) {
      throw new MalformedException("has %,d elements, too many".formatted(elements));
    }
    if (elements == 0) {
      return new float[0];
    }
    ByteBuffer bytes = storage.map(tensor.offset() * type.bytes(), tensor.span() * type.bytes());
    return switch (type) {
      case FLOAT32 -> floats(bytes.asFloatBuffer());
      case FLOAT16 -> floats(bytes.asShortBuffer(), Fp16Conversions::fp16ToFloat);
      default -> floats(bytes.asShortBuffer(), Fp16Conversions::bf16ToFloat);
    };
  }

  private float[] floats(FloatBuffer numbers) {
    return rowMajor(numbers::get);
  }

  private float[] floats(ShortBuffer numbers, HalfToFloat conversion) {
    return rowMajor(index -> conversion.toFloat(numbers.get(index)));
  }

  private float[] rowMajor(Numbers numbers) {
    int dimensions = tensor.shape().size();
    int[] sizes = tensor.shape().stream().mapToInt(Long::intValue).toArray();
    int[] strides = tensor.strides().stream().mapToInt(Long::intValue).toArray();
    int[] index = new int[dimensions];
    float[] floats = new float[(int) elements];
    int at = 0;
    for (int i = 0; i < floats.length; i++) {
      floats[i] = numbers.at(at);
      for (int d = dimensions - 1; d >= 0; d--) {
        at += strides[d];
        index[d]++;
        if (index[d] < sizes[d]) {
          break;
        }
        at -= strides[d] * sizes[d];
        index[d] = 0;
      }
    }
    return floats;
  }

  private interface Numbers {
    float at(int index);
  }

  private interface HalfToFloat {
    float toFloat(short bits);
  }
}
