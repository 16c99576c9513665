package io.gpenstreams.torch;

import io.gpenstreams.torch.ZipDirectory.Entry;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * PyTorch's format since 1.6: a zip archive with the uncompressed entries {@code NAME/data.pkl},
 * {@code NAME/data/KEY} for each storage, and sometimes {@code NAME/byteorder}.
 */
final class ZipContainer {
  private static final String PICKLE = "/data.pkl";
  private static final int LONGEST_BYTE_ORDER = 16;

  private final FileBytes file;
  private final Map<String, Entry> entries;
  private final String folder;

  private ZipContainer(FileBytes file, Map<String, Entry> entries, String folder) {
    this.file = file;
    this.entries = entries;
    this.folder = folder;
  }

  static Container read(FileBytes file) throws IOException, MalformedException {
    Map<String, Entry> entries = ZipDirectory.read(file);
    List<String> folders =
        entries.keySet().stream()
            .filter(name -> name.endsWith(PICKLE))
            .map(name -> name.substring(0, name.length() - PICKLE.length()))
            .filter(folder -> folder.indexOf('/') < 0)
            .toList();
    if (folders.size() != 1) {
      throw new MalformedException(
          "is a zip file, but no PyTorch checkpoint: it has %d entries */data.pkl, expected one"
              .formatted(folders.size()));
    }
    return new ZipContainer(file, entries, folders.get(0)).read();
  }

  private Container read() throws IOException, MalformedException {
    Entry pickle = entries.get(folder + PICKLE);
    if (pickle.size() > Container.MAX_PICKLE) {
      throw new MalformedException(
          "has a pickle of %,d bytes, more than a checkpoint needs".formatted(pickle.size()));
    }
    ByteOrder order = order();
    TorchNames names = new TorchNames();
    Object root = Unpickler.read(region(pickle, order).map(0, pickle.size()), names);
    Map<String, Region> storages = new LinkedHashMap<>();
    for (StorageRef storage : names.storages()) {
      storages.put(storage.key(), region(storage, order));
    }
    return new Container("PyTorch zip", root, storages);
  }

  private ByteOrder order() throws IOException, MalformedException {
    Entry entry = entries.get(folder + "/byteorder");
    if (entry == null) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    int length = (int) Math.min(entry.size(), LONGEST_BYTE_ORDER);
    byte[] text = file.read(entry.offset(), length).array();
    String order = new String(text, StandardCharsets.US_ASCII);
    return switch (order) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw new MalformedException(
              "has the unknown byte order " + MalformedException.printable(order));
    };
  }

  private Region region(StorageRef storage, ByteOrder order) throws MalformedException {
    Entry entry = entries.get(folder + "/data/" + storage.key());
    String key = MalformedException.printable(storage.key());
    if (entry == null) {
      throw new MalformedException("lacks the storage " + key);
    }
    if (entry.size() % storage.type().bytes() != 0
        || entry.size() / storage.type().bytes() != storage.elements()) {
      throw new MalformedException(
          "is damaged: storage %s has %,d bytes, but should hold %,d elements of %s"
              .formatted(key, entry.size(), storage.elements(), storage.type().dtype()));
    }
    return region(entry, order);
  }

  private Region region(Entry entry, ByteOrder order) {
    return new Region(file, entry.offset(), entry.size(), order, OptionalLong.of(entry.checksum()));
  }
}
