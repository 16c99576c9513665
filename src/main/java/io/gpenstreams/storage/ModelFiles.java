package io.gpenstreams.storage;

import io.gpenstreams.temporary.TemporaryFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/** Brings model files to where a session can map them. */
public final class ModelFiles {
  private static final Pattern S3_URI = Pattern.compile("s3://([^/]+)/(.+)");

  private final S3Client s3;

  /** With a client that the caller closes. */
  public ModelFiles(S3Client s3) {
    this.s3 = s3;
  }

  /**
   * The file that a setting names: itself, or a copy of {@code s3://bucket/key} that goes with the
   * process.
   *
   * @throws IllegalArgumentException if S3 does not hand it out
   */
  public Path locate(String location) {
    Matcher uri = S3_URI.matcher(location);
    if (!uri.matches()) {
      return Path.of(location);
    }
    String key = uri.group(2);
    try {
      Path folder = Files.createTempDirectory(TemporaryFiles.folder(), "gpen-model");
      Path file = folder.resolve(key.substring(key.lastIndexOf('/') + 1));
      folder.toFile().deleteOnExit();
      file.toFile().deleteOnExit();
      s3.getObject(request -> request.bucket(uri.group(1)).key(key), file);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("There is not enough space for a copy of " + location, e);
    } catch (SdkException e) {
      throw new IllegalArgumentException(
          "Model " + location + " cannot be read: " + e.getMessage(), e);
    }
  }
}
