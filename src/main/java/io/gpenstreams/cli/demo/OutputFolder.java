package io.gpenstreams.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.Face;
import io.gpenstreams.event.RestoredImage.Restored;
import io.gpenstreams.event.RestoredImage.StoredObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Where the demo leaves its results. Files are written into a folder beside their place first, so
 * that there is never half of one. For one thread.
 */
final class OutputFolder {
  private final Path folder;
  private final Path staging;
  private final S3Client s3;
  private final ObjectMapper json =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * Results go to {@code folder}.
   *
   * @param staging an empty folder on the same file system
   * @param s3 where the service stored them
   */
  OutputFolder(Path folder, Path staging, S3Client s3) {
    this.folder = folder;
    this.staging = staging;
    this.s3 = s3;
  }

  /** Whether {@code fileName} is one that the results of {@code photo} may take. */
  static boolean mayWrite(DemoPhoto photo, String fileName) {
    return results(photo).matcher(fileName).matches();
  }

  /** Saves all files of a photo, and removes those of an earlier run. */
  void save(Outcome outcome) {
    DemoPhoto photo = outcome.photo();
    try {
      removeEarlier(photo);
      Path original = staging.resolve("original");
      Files.copy(photo.file(), original);
      place(original, photo.name() + "-original" + photo.extension());
      if (outcome instanceof Outcome.Restored restored) {
        save(photo, restored.event());
      }
      Path event = staging.resolve("event");
      json.writeValue(event.toFile(), json.readTree(outcome.json()));
      place(event, photo.name() + ".json");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder + ": " + e.getMessage(), e);
    }
  }

  private void save(DemoPhoto photo, RestoredImage event) throws IOException {
    Restored restored = event.restored();
    if (restored != null) {
      Path file = fetch(new StoredObject(restored.bucket(), restored.key()));
      if (!sha256(file).equals(restored.sha256())) {
        throw new IllegalStateException(
            restored.key()
                + " does not have the SHA-256 that its event says: "
                + restored.sha256());
      }
      place(file, photo.name() + "-restored" + DemoPhoto.extension(restored.key()));
    }
    if (event.hallucination() != null && event.hallucination().map() != null) {
      place(fetch(event.hallucination().map()), photo.name() + "-map.png");
    }
    for (Face face : event.faces()) {
      if (face.crop() != null) {
        place(fetch(face.crop()), photo.name() + "-face-" + face.index() + ".png");
      }
    }
  }

  private Path fetch(StoredObject object) throws IOException {
    Path file = staging.resolve("object");
    Files.deleteIfExists(file);
    s3.getObject(request -> request.bucket(object.bucket()).key(object.key()), file);
    return file;
  }

  private void place(Path file, String name) throws IOException {
    Files.move(
        file,
        folder.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private void removeEarlier(DemoPhoto photo) throws IOException {
    List<Path> earlier;
    try (var files = Files.list(folder)) {
      earlier = files.filter(file -> mayWrite(photo, file.getFileName().toString())).toList();
    }
    for (Path file : earlier) {
      Files.delete(file);
    }
  }

  private static Pattern results(DemoPhoto photo) {
    return Pattern.compile(
        Pattern.quote(photo.name()) + "(-(original|restored|map|face-\\d+)(\\.\\w+)?|\\.json)");
  }

  private static String sha256(Path file) throws IOException {
    try (var in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
