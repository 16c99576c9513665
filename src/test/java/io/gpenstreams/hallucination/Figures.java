package io.gpenstreams.hallucination;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a test measured, for {@code docs/hallucination.md}: a text file under {@code target}. */
public final class Figures {
  /** Where the figures and contact sheets are. */
  public static final Path FOLDER = Path.of("target", "hallucination");

  private final Path file;
  private final List<String> lines = new ArrayList<>();

  /** Figures under a name. */
  public Figures(String name) {
    this.file = FOLDER.resolve(name + ".txt");
  }

  /** Adds a line. */
  public void add(String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values));
  }

  /** Writes the lines. */
  public void write() {
    try {
      Files.createDirectories(FOLDER);
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
