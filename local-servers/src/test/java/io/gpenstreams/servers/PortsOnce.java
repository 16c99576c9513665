package io.gpenstreams.servers;

/** Hands out a given port first, and free ones afterwards; for one thread. */
final class PortsOnce implements Ports {
  private final int first;
  private boolean used;

  PortsOnce(int first) {
    this.first = first;
  }

  @Override
  public int next() {
    if (used) {
      return Ports.FREE.next();
    }
    used = true;
    return first;
  }
}
