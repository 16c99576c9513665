package io.gpenstreams.torch;

import io.gpenstreams.torch.Unpickler.PyDict;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The weights in a PyTorch file, in the zip format or the older one. The file holds a state dict,
 * or a training checkpoint with a state dict among its entries. Reading runs no code from the file
 * and needs little memory: numbers stay in the file until {@link CheckpointTensor#toFloats}. Not
 * thread-safe.
 */
public final class Checkpoint implements Closeable {
  /** Entries of training checkpoints that hold the weights to use, in order of preference. */
  private static final List<String> ENTRIES =
      List.of("g_ema", "params_ema", "params", "state_dict", "g");

  private static final String WRAPPER = "module.";
  private static final int ZIP_SIGNATURE = 0x04034b50;
  private static final int PICKLE_PROTOCOL = 0x80;
  private static final int LONGEST_NAME = 512;

  private final Path file;
  private final FileBytes bytes;
  private final String format;
  private final String key;
  private final Map<String, CheckpointTensor> tensors;

  private Checkpoint(
      Path file,
      FileBytes bytes,
      String format,
      String key,
      Map<String, CheckpointTensor> tensors) {
    this.file = file;
    this.bytes = bytes;
    this.format = format;
    this.key = key;
    this.tensors = tensors;
  }

  /**
   * Opens a file.
   *
   * @param key which entry of a training checkpoint to take. If empty, it is the first of {@code
   *     g_ema}, {@code params_ema}, {@code params}, {@code state_dict} and {@code g} that is there
   * @throws CheckpointException if the file does not exist, is no checkpoint, is cut or damaged,
   *     asks to run code, or has no such entry
   */
  public static Checkpoint open(Path file, Optional<String> key) {
    if (!Files.exists(file)) {
      throw new CheckpointException(file + ": does not exist");
    }
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(file + ": is no file");
    }
    try {
      FileBytes bytes = FileBytes.open(file);
      try {
        return read(file, bytes, key);
      } catch (IOException | MalformedException | RuntimeException e) {
        bytes.close();
        throw e;
      }
    } catch (MalformedException e) {
      throw new CheckpointException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static Checkpoint read(Path file, FileBytes bytes, Optional<String> key)
      throws IOException, MalformedException {
    Container container = container(bytes);
    if (!(container.root() instanceof PyDict root)) {
      throw new MalformedException("is a PyTorch file, but holds no state dict");
    }
    Optional<String> chosen = choose(root, key);
    PyDict state = chosen.map(name -> (PyDict) root.entries().get(name)).orElse(root);
    Map<String, CheckpointTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<Object, Object> entry : state.entries().entrySet()) {
      if (entry.getKey() instanceof String name && entry.getValue() instanceof TensorRef tensor) {
        add(tensors, file, name, tensor, container);
      }
    }
    return new Checkpoint(file, bytes, container.format(), chosen.orElse(""), tensors);
  }

  private static Container container(FileBytes bytes) throws IOException, MalformedException {
    if (bytes.size() == 0) {
      throw new MalformedException("is empty");
    }
    if (bytes.size() >= Integer.BYTES && bytes.read(0, Integer.BYTES).getInt() == ZIP_SIGNATURE) {
      return ZipContainer.read(bytes);
    }
    if (Byte.toUnsignedInt(bytes.read(0, 1).get()) == PICKLE_PROTOCOL) {
      return LegacyContainer.read(bytes);
    }
    throw new MalformedException("is no PyTorch checkpoint");
  }

  private static Optional<String> choose(PyDict root, Optional<String> key)
      throws MalformedException {
    List<String> choices =
        root.entries().entrySet().stream()
            .filter(entry -> entry.getKey() instanceof String && isStateDict(entry.getValue()))
            .map(entry -> (String) entry.getKey())
            .toList();
    if (key.isPresent()) {
      if (choices.contains(key.get())) {
        return key;
      }
      throw new MalformedException(
          "has no entry %s with tensors: %s".formatted(key.get(), listed(choices)));
    }
    Optional<String> entry = ENTRIES.stream().filter(choices::contains).findFirst();
    if (entry.isEmpty() && !isStateDict(root)) {
      throw new MalformedException("holds no state dict where one is expected: " + listed(choices));
    }
    return entry;
  }

  private static String listed(List<String> choices) {
    return choices.isEmpty()
        ? "there are no entries to choose from"
        : "choose from "
            + choices.stream()
                .limit(20)
                .map(MalformedException::printable)
                .collect(Collectors.joining(", "));
  }

  private static boolean isStateDict(Object value) {
    return value instanceof PyDict dict
        && dict.entries().values().stream().anyMatch(TensorRef.class::isInstance);
  }

  private static void add(
      Map<String, CheckpointTensor> tensors,
      Path file,
      String stored,
      TensorRef tensor,
      Container container)
      throws MalformedException {
    String name = stored.startsWith(WRAPPER) ? stored.substring(WRAPPER.length()) : stored;
    if (name.length() > LONGEST_NAME
        || !name.codePoints().allMatch(MalformedException::isPrintable)) {
      throw new MalformedException(
          "has a tensor of the impossible name " + MalformedException.printable(name));
    }
    CheckpointTensor added;
    try {
      added =
          new CheckpointTensor(
              file, name, tensor, container.storages().get(tensor.storage().key()));
    } catch (MalformedException e) {
      throw new MalformedException(
          "is damaged: %s %s".formatted(MalformedException.printable(name), e.getMessage()));
    }
    if (tensors.put(name, added) != null) {
      throw new MalformedException("has two tensors named " + MalformedException.printable(name));
    }
  }

  /** The name of the file's format, for people. */
  public String format() {
    return format;
  }

  /** The entry of a training checkpoint that was taken; empty for a plain state dict. */
  public String key() {
    return key;
  }

  /** Names of the tensors in the file's order, without {@code module.} in front. */
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /**
   * A tensor by name.
   *
   * @throws CheckpointException if there is none
   */
  public CheckpointTensor tensor(String name) {
    CheckpointTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new CheckpointException("%s: has no tensor %s".formatted(file, name));
    }
    return tensor;
  }

  /**
   * The SHA-256 of the whole file, in lower-case hexadecimal. Reads the whole file.
   *
   * @throws CheckpointException if it cannot be read
   */
  public String sha256() {
    try {
      return DigestUtils.sha256Hex(bytes.stream());
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      bytes.close();
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be closed: " + e.getMessage(), e);
    }
  }
}
