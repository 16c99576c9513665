package io.gpenstreams.torch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Tensors of which some are missing, have other shapes or other values, or are added. */
public final class AlteredTensors implements Tensors {
  private final Tensors whole;
  private final Set<String> names;
  private final Map<String, List<Long>> shapes = new HashMap<>();
  private final Map<String, float[]> values = new HashMap<>();

  /** All of them, as they are. */
  public AlteredTensors(Tensors whole) {
    this.whole = whole;
    this.names = new TreeSet<>(whole.names());
  }

  /** Takes tensors out. */
  public AlteredTensors without(Predicate<String> unwanted) {
    names.removeIf(unwanted);
    return this;
  }

  /** Adds a tensor, or gives one another shape. Its values are not to be read. */
  public AlteredTensors with(String name, List<Long> shape) {
    names.add(name);
    shapes.put(name, shape);
    return this;
  }

  /** The same tensor under one more name. */
  public AlteredTensors copied(String name, String copy) {
    values.put(copy, whole.values(name));
    return with(copy, whole.shape(name));
  }

  /** Gives a tensor other values. */
  public AlteredTensors holding(String name, float... numbers) {
    values.put(name, numbers);
    return this;
  }

  /** Sets the last number of a tensor. */
  public AlteredTensors ending(String name, float value) {
    float[] ending = whole.values(name).clone();
    ending[ending.length - 1] = value;
    return holding(name, ending);
  }

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
}
