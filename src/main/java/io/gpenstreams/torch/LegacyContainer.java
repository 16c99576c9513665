package io.gpenstreams.torch;

import io.gpenstreams.torch.Unpickler.PyList;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * PyTorch's format before 1.6. It starts with five pickles: magic number, version, machine, object,
 * and keys of the storages. Then each storage follows: its number of elements, and the elements.
 * All numbers are little-endian.
 */
final class LegacyContainer {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;

  private LegacyContainer() {}

  static Container read(FileBytes file) throws IOException, MalformedException {
    ByteBuffer in = file.map(0, Math.min(file.size(), Container.MAX_PICKLE));
    TorchNames names = new TorchNames();
    if (!MAGIC.equals(Unpickler.read(in, names))) {
      throw new MalformedException("is a pickle, but no PyTorch checkpoint");
    }
    Object version = Unpickler.read(in, names);
    if (!Objects.equals(version, VERSION)) {
      throw new MalformedException("is of a version of PyTorch's older format that is unknown");
    }
    Unpickler.read(in, names);
    Object root = Unpickler.read(in, names);
    if (!(Unpickler.read(in, names) instanceof PyList keys)) {
      throw new MalformedException("is damaged: it has no list of its storages");
    }
    Map<String, Region> storages = new LinkedHashMap<>();
    long at = in.position();
    for (Object key : keys.items()) {
      StorageRef storage = storage(key, names);
      long claimed = file.read(at, Long.BYTES).getLong();
      at += Long.BYTES;
      int each = storage.type().bytes();
      if (claimed != storage.elements() || claimed > (file.size() - at) / each) {
        throw new MalformedException(
            "is cut or damaged: storage %s should hold %,d elements of %s"
                .formatted(
                    MalformedException.printable(storage.key()),
                    storage.elements(),
                    storage.type().dtype()));
      }
      long bytes = claimed * each;
      Region region = new Region(file, at, bytes, ByteOrder.LITTLE_ENDIAN, OptionalLong.empty());
      if (storages.put(storage.key(), region) != null) {
        throw new MalformedException("is damaged: it lists a storage twice");
      }
      at += bytes;
    }
    if (storages.size() != names.storages().size()) {
      throw new MalformedException("is damaged: it lacks storages that its tensors need");
    }
    return new Container("PyTorch legacy", root, storages);
  }

  private static StorageRef storage(Object key, TorchNames names) throws MalformedException {
    if (key instanceof String name && names.storage(name).isPresent()) {
      return names.storage(name).get();
    }
    throw new MalformedException("is damaged: it lists a storage that no tensor needs");
  }
}
