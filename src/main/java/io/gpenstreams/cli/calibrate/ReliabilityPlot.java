package io.gpenstreams.cli.calibrate;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;

/**
 * Shows how well a measure agrees with the truth: each restoration is a point, with the measure to
 * the right and the true error upwards, with a larger dot for the mean of each tenth of the range.
 * The same shapes as SVG and as PNG.
 */
public final class ReliabilityPlot {
  private static final int PANEL = 320;
  private static final int MARGIN = 48;
  private static final int BINS = 10;
  private static final int TEXT = 13;
  private static final int SCALE = 2;
  private static final String INK = "#333333";
  private static final String POINT = "#b9a3cf";
  private static final String MEAN = "#a8118c";

  private sealed interface Shape permits Line, Dot, Text {}

  private record Line(double x1, double y1, double x2, double y2, String colour, double width)
      implements Shape {}

  private record Dot(double x, double y, double radius, String colour) implements Shape {}

  // Anchor of the text is its middle.
  private record Text(double x, double y, String text) implements Shape {}

  private final List<Shape> shapes = new ArrayList<>();
  private int panels;

  private ReliabilityPlot() {}

  /** Draws what a calibration found. */
  static ReliabilityPlot of(List<Sample> samples) {
    ReliabilityPlot plot = new ReliabilityPlot();
    plot.panel(
        "identity risk",
        "error of likeness",
        samples,
        s -> s.measures().identityRisk(),
        s -> s.error().likeness());
    plot.panel(
        "score", "1 - SSIM", samples, s -> s.measures().face().score(), s -> 1 - s.error().ssim());
    plot.panel(
        "confidence",
        "likeness",
        samples,
        s -> s.trust().confidence(),
        s -> 1 - s.error().likeness());
    plot.legend();
    return plot;
  }

  private void legend() {
    String text =
        "Small dots: restorations. Large dots: their mean in each tenth. The more the line rises,"
            + " the better the measure tells good from bad.";
    shapes.add(new Text(width() / 2.0, height() - 10, text));
  }

  private void panel(
      String measure,
      String truth,
      List<Sample> samples,
      ToDoubleFunction<Sample> x,
      ToDoubleFunction<Sample> y) {
    double left = panels * (PANEL + MARGIN) + MARGIN;
    double bottom = MARGIN / 2.0 + PANEL;
    panels++;
    for (Sample sample : samples) {
      shapes.add(
          new Dot(
              left + PANEL * share(x.applyAsDouble(sample)),
              bottom - PANEL * share(y.applyAsDouble(sample)),
              1.5,
              POINT));
    }
    axes(left, bottom, measure, truth);
    means(left, bottom, samples, x, y);
  }

  private void axes(double left, double bottom, String measure, String truth) {
    shapes.add(new Line(left, bottom, left + PANEL, bottom, INK, 1));
    shapes.add(new Line(left, bottom, left, bottom - PANEL, INK, 1));
    for (int tenth = 0; tenth <= BINS; tenth += 5) {
      double along = PANEL * tenth / (double) BINS;
      shapes.add(new Line(left + along, bottom, left + along, bottom + 4, INK, 1));
      shapes.add(new Line(left, bottom - along, left - 4, bottom - along, INK, 1));
      String value = String.format(Locale.ROOT, "%.1f", tenth / (double) BINS);
      shapes.add(new Text(left + along, bottom + 17, value));
      shapes.add(new Text(left - 18, bottom - along + 4, value));
    }
    shapes.add(new Text(left + PANEL / 2.0, bottom + 34, measure));
    shapes.add(new Text(left + PANEL / 2.0, 16, truth));
  }

  private void means(
      double left,
      double bottom,
      List<Sample> samples,
      ToDoubleFunction<Sample> x,
      ToDoubleFunction<Sample> y) {
    Dot last = null;
    for (int bin = 0; bin < BINS; bin++) {
      int number = bin;
      List<Sample> inBin = samples.stream().filter(s -> bin(x.applyAsDouble(s)) == number).toList();
      if (inBin.isEmpty()) {
        continue;
      }
      double meanX = inBin.stream().mapToDouble(x).average().orElseThrow();
      double meanY = inBin.stream().mapToDouble(y).average().orElseThrow();
      Dot dot = new Dot(left + PANEL * share(meanX), bottom - PANEL * share(meanY), 5, MEAN);
      if (last != null) {
        shapes.add(new Line(last.x(), last.y(), dot.x(), dot.y(), MEAN, 2));
      }
      shapes.add(dot);
      last = dot;
    }
  }

  private static int bin(double value) {
    return (int) Math.min(BINS - 1.0, BINS * share(value));
  }

  private static double share(double value) {
    return Math.max(0, Math.min(1, value));
  }

  private int width() {
    return panels * (PANEL + MARGIN) + MARGIN / 2;
  }

  private int height() {
    return PANEL + 2 * MARGIN;
  }

  /** As an SVG document. */
  public String svg() {
    StringJoiner lines = new StringJoiner("\n", "", "\n");
    lines.add(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family="
                + "\"sans-serif\" font-size=\"%d\" text-anchor=\"middle\">",
            width(),
            height(),
            TEXT));
    lines.add("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
    shapes.forEach(shape -> lines.add(svg(shape)));
    lines.add("</svg>");
    return lines.toString();
  }

  private static String svg(Shape shape) {
    if (shape instanceof Line line) {
      return String.format(
          Locale.ROOT,
          "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>",
          line.x1(),
          line.y1(),
          line.x2(),
          line.y2(),
          line.colour(),
          line.width());
    }
    if (shape instanceof Dot dot) {
      return String.format(
          Locale.ROOT,
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"/>",
          dot.x(),
          dot.y(),
          dot.radius(),
          dot.colour());
    }
    Text text = (Text) shape;
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">%s</text>",
        text.x(),
        text.y(),
        INK,
        text.text());
  }

  /** As a PNG file. */
  public byte[] png() {
    BufferedImage image =
        new BufferedImage(SCALE * width(), SCALE * height(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.scale(SCALE, SCALE);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width(), height());
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, TEXT));
    shapes.forEach(shape -> draw(shape, graphics));
    graphics.dispose();
    try {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      ImageIO.write(image, "png", file);
      return file.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void draw(Shape shape, Graphics2D graphics) {
    if (shape instanceof Line line) {
      graphics.setColor(Color.decode(line.colour()));
      graphics.setStroke(new BasicStroke((float) line.width()));
      graphics.draw(new Line2D.Double(line.x1(), line.y1(), line.x2(), line.y2()));
    } else if (shape instanceof Dot dot) {
      graphics.setColor(Color.decode(dot.colour()));
      double r = dot.radius();
      graphics.fill(new Ellipse2D.Double(dot.x() - r, dot.y() - r, 2 * r, 2 * r));
    } else if (shape instanceof Text text) {
      graphics.setColor(Color.decode(INK));
      float half = graphics.getFontMetrics().stringWidth(text.text()) / 2f;
      graphics.drawString(text.text(), (float) text.x() - half, (float) text.y());
    }
  }
}
