package io.gpenstreams.torch;

import io.gpenstreams.torch.Unpickler.PyDict;
import io.gpenstreams.torch.Unpickler.PyTuple;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The allow-list of names that a pickle may use: those that state dicts and training checkpoints
 * need.
 */
final class TorchNames implements Unpickler.Names {
  private static final Map<String, Callable> CALLABLES =
      Map.of(
          "collections.OrderedDict", Callable.DICTIONARY,
          "argparse.Namespace", Callable.DICTIONARY,
          "torch.Size", Callable.SIZE,
          "torch._utils._rebuild_tensor", Callable.TENSOR,
          "torch._utils._rebuild_tensor_v2", Callable.TENSOR,
          "torch._utils._rebuild_parameter", Callable.PARAMETER);

  private enum Callable {
    DICTIONARY,
    SIZE,
    TENSOR,
    PARAMETER
  }

  private final Map<String, StorageRef> storages = new LinkedHashMap<>();

  /** All storages that the pickle mentions. */
  Collection<StorageRef> storages() {
    return Collections.unmodifiableCollection(storages.values());
  }

  /** The storage of a key, if the pickle mentions it. */
  Optional<StorageRef> storage(String key) {
    return Optional.ofNullable(storages.get(key));
  }

  @Override
  public Object global(String module, String name) throws MalformedException {
    if (module.equals("torch")) {
      Optional<ElementType> type = ElementType.ofStorage(name);
      if (type.isPresent()) {
        return type.get();
      }
    }
    Callable callable = CALLABLES.get(module + "." + name);
    if (callable == null) {
      throw new MalformedException(
          "asks for %s, which no state dict needs: refused, and nothing was run"
              .formatted(MalformedException.printable(module + "." + name)));
    }
    return callable;
  }

  @Override
  public Object call(Object callable, List<Object> arguments) throws MalformedException {
    if (!(callable instanceof Callable function)) {
      throw new MalformedException("is damaged: its pickle calls something that is no function");
    }
    return switch (function) {
      case DICTIONARY -> dictionary(arguments);
      case SIZE -> argument(arguments, 0, PyTuple.class);
      case TENSOR -> tensor(arguments);
      case PARAMETER -> argument(arguments, 0, TensorRef.class);
    };
  }

  private static PyDict dictionary(List<Object> arguments) throws MalformedException {
    if (!arguments.isEmpty()) {
      throw new MalformedException("is damaged: its pickle makes a dictionary with arguments");
    }
    return new PyDict();
  }

  private static TensorRef tensor(List<Object> arguments) throws MalformedException {
    return new TensorRef(
        argument(arguments, 0, StorageRef.class),
        argument(arguments, 1, Long.class),
        longs(argument(arguments, 2, PyTuple.class)),
        longs(argument(arguments, 3, PyTuple.class)));
  }

  @Override
  public Object load(Object id) throws MalformedException {
    if (!(id instanceof PyTuple tuple)
        || tuple.items().isEmpty()
        || !"storage".equals(tuple.items().get(0))) {
      throw new MalformedException("is damaged: its pickle refers to something that is no storage");
    }
    List<Object> fields = tuple.items();
    if (fields.size() > 5 && fields.get(5) != null) {
      throw new MalformedException(
          "has views of storages, as only the first versions of PyTorch wrote");
    }
    StorageRef storage =
        new StorageRef(
            argument(fields, 1, ElementType.class),
            argument(fields, 2, String.class),
            argument(fields, 4, Long.class));
    StorageRef known = storages.putIfAbsent(storage.key(), storage);
    if (storage.elements() < 0 || (known != null && !known.equals(storage))) {
      throw new MalformedException(
          "is damaged: it contradicts itself about storage "
              + MalformedException.printable(storage.key()));
    }
    return storage;
  }

  private static List<Long> longs(PyTuple tuple) throws MalformedException {
    Long[] longs = new Long[Math.min(tuple.items().size(), TensorRef.MAX_DIMENSIONS + 1)];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = argument(tuple.items(), i, Long.class);
    }
    return List.of(longs);
  }

  private static <T> T argument(List<Object> arguments, int index, Class<T> type)
      throws MalformedException {
    if (index < arguments.size() && type.isInstance(arguments.get(index))) {
      return type.cast(arguments.get(index));
    }
    throw new MalformedException(
        "is damaged: its pickle describes a tensor wrongly (argument %d is no %s)"
            .formatted(index, type.getSimpleName()));
  }
}
