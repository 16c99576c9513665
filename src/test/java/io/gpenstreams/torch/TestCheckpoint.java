package io.gpenstreams.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Builds small files in PyTorch's formats, with whatever tensors a test needs. */
public final class TestCheckpoint {
  private record View(String name, String key, long offset, List<Long> shape, List<Long> strides) {}

  private record Stored(ElementType type, ByteBuffer bytes, long claimed) {}

  private final Map<String, List<View>> entries = new LinkedHashMap<>();
  private final Map<String, Stored> storages = new LinkedHashMap<>();
  private String entry = "";
  private String byteOrder = "little";

  /** Everything of a model. */
  public static TestCheckpoint of(Tensors tensors) {
    TestCheckpoint made = new TestCheckpoint();
    for (String name : tensors.names()) {
      long[] shape = tensors.shape(name).stream().mapToLong(Long::longValue).toArray();
      made.floats(name, tensors.values(name), shape);
    }
    return made;
  }

  /** What the zip file says; the numbers stay as they are. */
  TestCheckpoint byteOrder(String order) {
    byteOrder = order;
    return this;
  }

  /** Tensors that follow belong to this entry of a training checkpoint. */
  TestCheckpoint entry(String key) {
    entry = key;
    return this;
  }

  TestCheckpoint storage(String key, ElementType type, byte[] bytes) {
    return storage(key, type, bytes, bytes.length / type.bytes());
  }

  TestCheckpoint storage(String key, ElementType type, byte[] bytes, long claimed) {
    storages.put(key, new Stored(type, ByteBuffer.wrap(bytes), claimed));
    return this;
  }

  TestCheckpoint view(String name, String key, long offset, List<Long> shape, List<Long> strides) {
    entries
        .computeIfAbsent(entry, e -> new ArrayList<>())
        .add(new View(name, key, offset, shape, strides));
    return this;
  }

  /** A tensor with a storage of its own. */
  TestCheckpoint tensor(String name, ElementType type, byte[] bytes, long... shape) {
    String key = Integer.toString(storages.size());
    Deque<Long> strides = new ArrayDeque<>();
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides.addFirst(stride);
      stride *= shape[i];
    }
    List<Long> sizes = Arrays.stream(shape).boxed().toList();
    return storage(key, type, bytes).view(name, key, 0, sizes, List.copyOf(strides));
  }

  /** A tensor of 32-bit numbers with a storage of its own. */
  public TestCheckpoint floats(String name, float[] values, long... shape) {
    return tensor(name, ElementType.FLOAT32, littleEndian(values), shape);
  }

  static byte[] littleEndian(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  static byte[] littleEndian(short... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(values);
    return bytes.array();
  }

  /** The format since 1.6. */
  public byte[] zip() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("archive/data.pkl", pickle());
    files.put("archive/byteorder", byteOrder.getBytes(StandardCharsets.US_ASCII));
    storages.forEach((key, storage) -> files.put("archive/data/" + key, storage.bytes().array()));
    files.put("archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
    return zip(files);
  }

  /** A pickle and the storages that it calls 0, 1, … in the format since 1.6. */
  static byte[] zip(byte[] pickle, byte[]... storages) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("archive/data.pkl", pickle);
    for (int i = 0; i < storages.length; i++) {
      files.put("archive/data/" + i, storages[i]);
    }
    return zip(files);
  }

  /** An archive of stored entries. */
  static byte[] zip(Map<String, byte[]> files) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry header = new ZipEntry(file.getKey());
        CRC32 checksum = new CRC32();
        checksum.update(file.getValue());
        header.setSize(file.getValue().length);
        header.setCrc(checksum.getValue());
        out.putNextEntry(header);
        out.write(file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The format before 1.6. */
  byte[] legacy() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] magic = new BigInteger("1950a86a20f9469cfc6c", 16).toByteArray();
    PickleBytes first = new PickleBytes().raw(0x8a, magic.length);
    for (int i = magic.length - 1; i >= 0; i--) {
      first.raw(magic[i]);
    }
    out.writeBytes(first.stop());
    out.writeBytes(new PickleBytes().integer(1001).stop());
    out.writeBytes(new PickleBytes().op('}').text("little_endian").raw(0x88).op('s').stop());
    out.writeBytes(pickle());
    PickleBytes keys = new PickleBytes().op(']').op('(');
    storages.keySet().forEach(keys::text);
    out.writeBytes(keys.op('e').stop());
    storages.forEach(
        (key, storage) -> {
          ByteBuffer count = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
          out.writeBytes(count.putLong(storage.claimed()).array());
          out.writeBytes(storage.bytes().array());
        });
    return out.toByteArray();
  }

  private byte[] pickle() {
    PickleBytes pickle = new PickleBytes().made("collections", "OrderedDict");
    entries.forEach(
        (key, views) -> {
          if (!key.isEmpty()) {
            pickle.text(key).op('}');
          }
          views.forEach(view -> tensor(pickle.text(view.name()), view).op('s'));
          if (!key.isEmpty()) {
            pickle.op('s');
          }
        });
    return pickle.stop();
  }

  private PickleBytes tensor(PickleBytes pickle, View view) {
    Stored storage = storages.get(view.key());
    return pickle
        .global("torch._utils", "_rebuild_tensor_v2")
        .op('(')
        .storage(storage.type(), view.key(), storage.claimed())
        .integer(view.offset())
        .integers(view.shape())
        .integers(view.strides())
        .raw(0x89)
        .made("collections", "OrderedDict")
        .op('t')
        .op('R');
  }
}
