package io.gpenstreams.cli.calibrate;

import io.gpenstreams.event.RestorationException;
import io.gpenstreams.face.DetectedFace;
import io.gpenstreams.face.FaceAligner;
import io.gpenstreams.face.FaceDetector;
import io.gpenstreams.face.FaceTemplate;
import io.gpenstreams.face.Similarity;
import io.gpenstreams.image.Photo;
import io.gpenstreams.image.PhotoDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The sharp faces of a folder's photos. For one thread. */
final class FaceFolder {
  private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png", ".webp");
  // Half of what the finest degradation of the grid keeps. A smaller face could not be its truth.
  private static final double SHARP = Degrading.REFERENCE_SIDE / 2;
  private static final double SURE = 0.5;

  private final FaceDetector detector;
  private final PhotoDecoder decoder;
  private final long mostBytes;
  private final int size;
  private final List<String> leftOut = new ArrayList<>();

  /**
   * A folder's reader.
   *
   * @param mostBytes largest photo that is read
   * @param size side of the crops in pixels
   */
  FaceFolder(FaceDetector detector, PhotoDecoder decoder, long mostBytes, int size) {
    this.detector = detector;
    this.decoder = decoder;
    this.mostBytes = mostBytes;
    this.size = size;
  }

  /**
   * The faces of all photos, in the order of their names; the caller closes them.
   *
   * @param most how many faces to read at most
   */
  List<SharpFace> read(Path folder, int most) throws IOException {
    List<SharpFace> faces = new ArrayList<>();
    try {
      for (Path file : photos(folder)) {
        if (faces.size() < most) {
          add(file, most, faces);
        }
      }
      return faces;
    } catch (IOException | RuntimeException | Error e) {
      faces.forEach(SharpFace::close);
      throw e;
    }
  }

  private static List<Path> photos(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(FaceFolder::isPhoto).sorted().toList();
    }
  }

  private static boolean isPhoto(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Files.isRegularFile(file) && ENDINGS.stream().anyMatch(name::endsWith);
  }

  private void add(Path file, int most, List<SharpFace> faces) throws IOException {
    String name = file.getFileName().toString();
    if (Files.size(file) > mostBytes) {
      leftOut.add(name + " (larger than gpen.limits.source-bytes)");
      return;
    }
    int before = faces.size();
    try (Photo photo = decoder.decode(Files.readAllBytes(file))) {
      for (DetectedFace found : detector.detect(photo.pixels())) {
        Similarity toCrop = new FaceTemplate(size).align(found.landmarks());
        boolean sharp = size / toCrop.magnification() >= SHARP;
        if (sharp && found.confidence() >= SURE && faces.size() < most) {
          faces.add(
              new SharpFace(
                  name,
                  new FaceAligner(size).crop(photo.pixels(), toCrop),
                  found.landmarks().through(toCrop)));
        }
      }
    } catch (RestorationException e) {
      leftOut.add("%s (%s)".formatted(name, e.getMessage()));
      return;
    }
    if (faces.size() == before) {
      leftOut.add(name + " (no face of %.0f pixels or more)".formatted(SHARP / 2));
    }
  }

  /** Photos that gave no face, and why. */
  List<String> leftOut() {
    return List.copyOf(leftOut);
  }
}
