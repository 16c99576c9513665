package io.gpenstreams.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpenstreams.SharedData;
import io.gpenstreams.face.Landmarks.Point;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.junit.jupiter.api.Test;

class SimilarityTest {
  private static final double RELATIVE = 1e-6;

  @Test
  void templatesAreTheOfficialOnes() throws IOException {
    JsonNode templates = reference().get("templates");
    assertThat(templates).isNotEmpty();
    for (Map.Entry<String, JsonNode> entry : templates.properties()) {
      FaceTemplate template = new FaceTemplate(Integer.parseInt(entry.getKey()));
      assertThat(template.size()).hasToString(entry.getKey());
      assertClose(template.landmarks().points(), points(entry.getValue()));
    }
  }

  @Test
  void alignsAsTheOfficialImplementation() throws IOException {
    JsonNode cases = reference().get("cases");
    assertThat(cases).hasSize(24);
    for (JsonNode example : cases) {
      List<Point> found = points(example.get("landmarks"));
      FaceTemplate template = new FaceTemplate(example.get("size").asInt());

      Similarity toCrop = template.align(landmarks(found));

      assertMatrix(toCrop, example.get("toCrop"));
      assertMatrix(toCrop.inverse(), example.get("toImage"));
    }
  }

  @Property
  void backIsTheWayThere(
      @ForAll("transforms") Similarity transform, @ForAll("points") Point point) {
    Point there = transform.apply(point);
    assertClose(transform.inverse().apply(there), point, 1e-6);
    assertClose(transform.then(transform.inverse()).apply(point), point, 1e-6);
    assertClose(transform.inverse().then(transform).apply(point), point, 1e-6);
  }

  @Property
  void thenIsOneAfterTheOther(
      @ForAll("transforms") Similarity first,
      @ForAll("transforms") Similarity second,
      @ForAll("points") Point point) {
    Point expected = second.apply(first.apply(point));

    double tolerance = 1e-9 * (1 + Math.hypot(expected.x(), expected.y()));
    assertClose(first.then(second).apply(point), expected, Math.max(1e-6, tolerance));
    assertThat(first.then(second).magnification())
        .isCloseTo(
            first.magnification() * second.magnification(),
            within(1e-9 * first.magnification() * second.magnification()));
  }

  @Property
  void fitRecoversATransform(@ForAll("transforms") Similarity transform) {
    List<Point> from = new FaceTemplate(512).landmarks().points();
    List<Point> to = from.stream().map(transform::apply).toList();

    Similarity fitted = Similarity.fit(from, to);

    for (int i = 0; i < from.size(); i++) {
      assertClose(fitted.apply(from.get(i)), to.get(i), 1e-6);
    }
  }

  @Property
  void fitIsTheBestOfItsNeighbours(
      @ForAll("pointLists") List<Point> to,
      @ForAll @DoubleRange(min = -0.1, max = 0.1) double da,
      @ForAll @DoubleRange(min = -0.1, max = 0.1) double db,
      @ForAll @DoubleRange(min = -9, max = 9) double dx,
      @ForAll @DoubleRange(min = -9, max = 9) double dy) {
    List<Point> from = new FaceTemplate(512).landmarks().points();

    Similarity best = Similarity.fit(from, to);
    Similarity other = new Similarity(best.a() + da, best.b() + db, best.tx() + dx, best.ty() + dy);

    double error = error(best, from, to);
    assertThat(error).isLessThanOrEqualTo(error(other, from, to) * (1 + 1e-9) + 1e-6);
  }

  @Property
  void areaHoldsTheSquareAsFarAsThePictureGoes(
      @ForAll("transforms") Similarity transform,
      @ForAll @IntRange(min = 1, max = 2048) int square,
      @ForAll @IntRange(max = 4) int margin,
      @ForAll @DoubleRange(min = 0, max = 1) double u,
      @ForAll @DoubleRange(min = 0, max = 1) double v) {
    int width = 900;
    int height = 700;
    try (Rect area = transform.area(square, margin, width, height)) {
      assertThat(area.width()).isPositive();
      assertThat(area.height()).isPositive();
      assertThat(area.x()).isNotNegative();
      assertThat(area.y()).isNotNegative();
      assertThat(area.x() + area.width()).isLessThanOrEqualTo(width);
      assertThat(area.y() + area.height()).isLessThanOrEqualTo(height);
      Point inside = transform.apply(new Point(u * square, v * square));
      if (inside.x() >= 0 && inside.y() >= 0 && inside.x() < width && inside.y() < height) {
        assertThat(inside.x()).isBetween((double) area.x(), (double) area.x() + area.width());
        assertThat(inside.y()).isBetween((double) area.y(), (double) area.y() + area.height());
      }
    }
  }

  @Test
  void scaleKeepsPixelAreasAligned() {
    assertClose(Similarity.scale(4).apply(new Point(-0.5, -0.5)), new Point(-0.5, -0.5), 1e-12);
    assertClose(Similarity.scale(4).apply(new Point(9.5, 0.5)), new Point(39.5, 3.5), 1e-12);
  }

  @Test
  void matrixIsOpenCvs() {
    Similarity transform = new Similarity(0.8, 0.6, 7, -3);
    try (Mat matrix = transform.matrix();
        DoubleIndexer values = matrix.createIndexer()) {
      Point moved = transform.apply(new Point(10, 20));
      assertThat(values.get(0, 0) * 10 + values.get(0, 1) * 20 + values.get(0, 2))
          .isCloseTo(moved.x(), offset(1e-12));
      assertThat(values.get(1, 0) * 10 + values.get(1, 1) * 20 + values.get(1, 2))
          .isCloseTo(moved.y(), offset(1e-12));
    }
  }

  @Test
  void refusesLandmarksThatAreOnePoint() {
    List<Point> same = Stream.generate(() -> new Point(3, 4)).limit(5).toList();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FaceTemplate(512).align(landmarks(same)));
  }

  @Provide
  Arbitrary<Similarity> transforms() {
    return Combinators.combine(
            Arbitraries.doubles().between(0.02, 50),
            Arbitraries.doubles().between(-3.14, 3.14),
            Arbitraries.doubles().between(-3000, 3000),
            Arbitraries.doubles().between(-3000, 3000))
        .as(
            (scale, angle, x, y) ->
                new Similarity(scale * Math.cos(angle), scale * Math.sin(angle), x, y));
  }

  @Provide
  Arbitrary<Point> points() {
    return Combinators.combine(
            Arbitraries.doubles().between(-2000, 2000), Arbitraries.doubles().between(-2000, 2000))
        .as(Point::new);
  }

  @Provide
  Arbitrary<List<Point>> pointLists() {
    return points().list().ofSize(5);
  }

  private static JsonNode reference() throws IOException {
    return new ObjectMapper().readTree(SharedData.file("align.json").toFile());
  }

  private static List<Point> points(JsonNode pairs) {
    List<Point> points = new ArrayList<>();
    pairs.forEach(pair -> points.add(new Point(pair.get(0).asDouble(), pair.get(1).asDouble())));
    return points;
  }

  private static Landmarks landmarks(List<Point> points) {
    return new Landmarks(points.get(0), points.get(1), points.get(2), points.get(3), points.get(4));
  }

  private static double error(Similarity transform, List<Point> from, List<Point> to) {
    double sum = 0;
    for (int i = 0; i < from.size(); i++) {
      Point moved = transform.apply(from.get(i));
      double dx = moved.x() - to.get(i).x();
      double dy = moved.y() - to.get(i).y();
      sum += dx * dx + dy * dy;
    }
    return sum;
  }

  private static void assertMatrix(Similarity transform, JsonNode rows) {
    double[][] actual = {
      {transform.a(), transform.b(), transform.tx()},
      {-transform.b(), transform.a(), transform.ty()}
    };
    double shift =
        Math.max(Math.abs(rows.get(0).get(2).asDouble()), Math.abs(rows.get(1).get(2).asDouble()));
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 3; column++) {
        double expected = rows.get(row).get(column).asDouble();
        double scale = column == 2 ? Math.max(1, shift) : transform.magnification();
        assertThat(actual[row][column]).isCloseTo(expected, within(RELATIVE * scale));
      }
    }
  }

  private static void assertClose(List<Point> actual, List<Point> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertClose(actual.get(i), expected.get(i), RELATIVE * Math.abs(expected.get(i).x()));
    }
  }

  private static void assertClose(Point actual, Point expected, double tolerance) {
    assertThat(actual.x()).isCloseTo(expected.x(), within(tolerance));
    assertThat(actual.y()).isCloseTo(expected.y(), within(tolerance));
  }
}
