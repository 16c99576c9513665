package io.gpenstreams.cli.demo;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A photo of the demo.
 *
 * @param name its image id and the start of its results' file names
 * @param file where it lies
 */
record DemoPhoto(String name, Path file) {
  private static final int LONGEST_NAME = 100;

  /** Names photos after their files, each differently. */
  static List<DemoPhoto> of(List<Path> files) {
    Set<String> taken = new HashSet<>();
    return files.stream().map(file -> new DemoPhoto(unique(stem(file), taken), file)).toList();
  }

  /** The file's extension with its dot, or nothing. */
  String extension() {
    return extension(file.getFileName().toString());
  }

  static String extension(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot > fileName.lastIndexOf('/') + 1 ? fileName.substring(dot) : "";
  }

  private static String unique(String stem, Set<String> taken) {
    String name = stem;
    for (int i = 2; !taken.add(name); i++) {
      name = stem + "-" + i;
    }
    return name;
  }

  private static String stem(Path file) {
    String fileName = file.getFileName().toString();
    String stem = fileName.substring(0, fileName.length() - extension(fileName).length());
    String safe = stem.replaceAll("[^\\p{L}\\p{M}\\p{N}._-]+", "-").replaceAll("^[.-]+", "");
    String name = safe.isEmpty() ? "photo" : safe;
    return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
  }
}
