package io.gpenstreams.restore;

import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import io.gpenstreams.model.FaceModel;
import io.gpenstreams.model.ModelException;
import io.gpenstreams.model.RestoredCrop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jboss.logging.Logger;

/**
 * Owns the model of a device: one thread runs it, all others hand it faces and wait. It never waits
 * for a batch to fill: the faces that wait when the model becomes free go into the next run
 * together. On a device that wants a fixed batch every run has the same number of places, and some
 * stay empty.
 *
 * <p>The owner thread only runs the model. The thread that waits for a face makes the picture of
 * it, so that the device goes on meanwhile.
 *
 * <p>Photos take turns, face by face, so that a photo with a hundred faces delays one with a single
 * face by one run and not by a hundred.
 *
 * <p>Invariants, guarded by this object: {@code waiting} holds a queue for exactly the photos with
 * faces that no run has taken, in the order of their turns; {@code size} is their sum. The model is
 * touched by the owner thread alone, until that has ended.
 */
final class FaceQueue implements AutoCloseable {
  /** For work that belongs to no photo. */
  static final Duration ENDLESS = Duration.ofNanos(Long.MAX_VALUE);

  private static final Logger LOG = Logger.getLogger(FaceQueue.class);

  private final FaceModel model;
  private final boolean fixed;
  private final Thread owner;
  private final Map<StageClock, Deque<Turn>> waiting = new LinkedHashMap<>();
  private int size;
  private int most;
  private boolean closed;
  private long busyNanos;
  private boolean running;
  private long runBegan;

  /**
   * Starts the owner thread.
   *
   * @param model taken over
   * @param batch most faces in one run; every run has so many places where the device wants that
   */
  FaceQueue(FaceModel model, int batch) {
    this.model = model;
    this.fixed = model.device().wantsFixedBatch();
    this.most = batch;
    this.owner = new Thread(this::own, "model-" + model.device().label());
    // Native code cannot be interrupted, and must not keep a process from ending.
    owner.setDaemon(true);
    owner.start();
  }

  /** One face that waits. */
  private record Turn(Mat crop, StageClock photo, CompletableFuture<RestoredCrop> result) {}

  /**
   * Restores a face when it is its turn.
   *
   * @param crop as the model takes it
   * @param photo the clock of its photo, which stands for the photo
   * @return the restored face; the caller closes it, before the crop
   * @throws ModelException if the model fails on it
   * @throws RestorationException {@code TIMEOUT} if the photo's time was over before its turn
   */
  RestoredCrop restore(Mat crop, StageClock photo) {
    Turn turn = new Turn(crop, photo, new CompletableFuture<>());
    add(List.of(turn));
    return Await.of(turn.result());
  }

  /**
   * Makes the largest run that there will be, unless it is of one face; the faces are discarded.
   */
  void warmUp(Mat crop) {
    if (batch() == 1) {
      // The model restored one when it was loaded.
      return;
    }
    List<Turn> turns =
        Stream.generate(() -> new Turn(crop, new StageClock(ENDLESS), new CompletableFuture<>()))
            .limit(batch())
            .toList();
    add(turns);
    turns.forEach(turn -> Await.of(turn.result()).close());
  }

  private synchronized void add(List<Turn> turns) {
    if (closed) {
      throw new IllegalStateException("The model is closed");
    }
    for (Turn turn : turns) {
      waiting.computeIfAbsent(turn.photo(), photo -> new ArrayDeque<>()).add(turn);
    }
    size += turns.size();
    notifyAll();
  }

  private void own() {
    for (List<Turn> turns = take(); !turns.isEmpty(); turns = take()) {
      run(turns);
    }
  }

  /** The faces of the next run; none if there is to be no other. */
  private synchronized List<Turn> take() {
    while (size == 0 && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        // Nobody has this thread to interrupt it.
        LOG.warn("The model's thread was interrupted, and goes on");
      }
    }
    int count = Math.min(size, most);
    List<Turn> turns = new ArrayList<>();
    while (turns.size() < count) {
      Iterator<Map.Entry<StageClock, Deque<Turn>>> first = waiting.entrySet().iterator();
      Map.Entry<StageClock, Deque<Turn>> photo = first.next();
      first.remove();
      turns.add(photo.getValue().remove());
      if (!photo.getValue().isEmpty()) {
        waiting.put(photo.getKey(), photo.getValue());
      }
    }
    size -= turns.size();
    return turns;
  }

  private void run(List<Turn> turns) {
    List<Turn> inTime = new ArrayList<>();
    List<StageClock.Step> steps = new ArrayList<>();
    for (Turn turn : turns) {
      try {
        steps.add(turn.photo().begin(Stage.RESTORE));
        inTime.add(turn);
      } catch (RestorationException e) {
        turn.result().completeExceptionally(e);
      }
    }
    if (inTime.isEmpty()) {
      return;
    }
    synchronized (this) {
      running = true;
      runBegan = System.nanoTime();
    }
    List<Runnable> answers = new ArrayList<>();
    try {
      infer(inTime, answers);
    } finally {
      synchronized (this) {
        busyNanos += System.nanoTime() - runBegan;
        running = false;
      }
      steps.forEach(StageClock.Step::end);
    }
    // Only now, so that a photo that goes on has no step open that is over.
    answers.forEach(Runnable::run);
  }

  private void infer(List<Turn> turns, List<Runnable> answers) {
    int places = fixed ? batch() : turns.size();
    try {
      List<RestoredCrop> faces = model.restore(turns.stream().map(Turn::crop).toList(), places);
      for (int i = 0; i < turns.size(); i++) {
        Turn turn = turns.get(i);
        RestoredCrop face = faces.get(i);
        answers.add(() -> turn.result().complete(face));
      }
    } catch (Throwable e) {
      // Whatever it is, a photo waits for it.
      boolean fewerPlaces = outOfMemory(e) && places > 1;
      if (fewerPlaces) {
        shrink(places);
      }
      if (deviceLost(e) || (turns.size() == 1 && !fewerPlaces)) {
        answers.add(() -> turns.forEach(turn -> turn.result().completeExceptionally(e)));
        return;
      }
      // One face must not take the others with it.
      int part = fewerPlaces ? Math.min(batch(), turns.size()) : turns.size() / 2;
      for (int from = 0; from < turns.size(); from += part) {
        infer(turns.subList(from, Math.min(from + part, turns.size())), answers);
      }
    }
  }

  private synchronized void shrink(int places) {
    most = Math.min(most, places / 2);
    LOG.warnf(
        "%s has no memory for %d faces in one run; from now on there are %s%d",
        model.device().label(), places, fixed ? "" : "at most ", most);
  }

  private static boolean deviceLost(Throwable failure) {
    return failure instanceof ModelException known && known.deviceLost();
  }

  private static boolean outOfMemory(Throwable failure) {
    return failure instanceof OutOfMemoryError
        || (failure instanceof ModelException known && known.outOfMemory());
  }

  /** Time in which the model was running, since the start. */
  synchronized Duration busy() {
    return Duration.ofNanos(busyNanos + (running ? System.nanoTime() - runBegan : 0));
  }

  /** Faces that wait for a run. */
  synchronized int waiting() {
    return size;
  }

  /** Most faces in one run. */
  synchronized int batch() {
    return most;
  }

  /** Waits for the faces that are there, and closes the model. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    boolean interrupted = false;
    while (owner.isAlive()) {
      try {
        owner.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    model.close();
  }
}
