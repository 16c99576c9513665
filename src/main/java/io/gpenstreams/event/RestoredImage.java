package io.gpenstreams.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.URI;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A photo's result, {@code restored-image}: what was restored, where the files are, and how far
 * each face can be trusted.
 *
 * @param outcome whether any face was restored
 * @param reason why nothing was restored; null if something was
 * @param restored the new photo; null if nothing was restored
 * @param confidence lowest of the restored faces, 0…1; null if none
 * @param hallucination highest of the restored faces; null if none
 * @param faces every face that was restored and the surest of the others, at most {@link
 *     #MAX_FACES} together, best detection first
 * @param facesOmitted how many more were found and skipped, by reason; empty if all are listed
 * @param provenance how the result is to be labelled; null if nothing was restored
 */
public record RestoredImage(
    String imageId,
    Outcome outcome,
    String reason,
    Source source,
    Restored restored,
    Double confidence,
    Hallucination hallucination,
    List<Face> faces,
    Map<SkipReason, Integer> facesOmitted,
    Model model,
    RuntimeInfo runtime,
    Timings timings,
    Provenance provenance,
    Instant restoredAt) {

  /** Most faces that an event lists, which is also the most that are restored in a photo. */
  public static final int MAX_FACES = 256;

  /**
   * Most bytes of an event as JSON. Leaves a record of 1 MiB, Kafka's usual limit, more than 48 KiB
   * for its key and headers.
   */
  public static final int MAX_BYTES = 704 << 10;

  /** Copies the faces. Events of earlier versions omit none, and lack the field. */
  public RestoredImage {
    faces = List.copyOf(faces);
    facesOmitted =
        facesOmitted == null || facesOmitted.isEmpty()
            ? Map.of()
            : Collections.unmodifiableMap(new EnumMap<>(facesOmitted));
  }

  /** How many faces were found, listed or not. */
  public int facesFound() {
    return faces.size() + facesOmitted.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** What became of a photo. */
  public enum Outcome {
    RESTORED,
    UNCHANGED;

    /** The name in events: lower case. */
    @JsonValue
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What became of a face. */
  public enum FaceOutcome {
    RESTORED,
    SKIPPED;

    /** The name in events: lower case. */
    @JsonValue
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Why a face was left as it is. */
  public enum SkipReason {
    LOW_DETECTION_CONFIDENCE,
    TOO_SMALL,
    ALREADY_SHARP,
    OVER_MAX_FACES;

    /** The name in events: lower case, with hyphens. */
    @JsonValue
    public String wireName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** How much of a face was invented, in three words. */
  public enum Level {
    LOW,
    MODERATE,
    HIGH;

    /** The name in events: lower case. */
    @JsonValue
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The photo that was read.
   *
   * @param sha256 of its bytes, lower-case hexadecimal
   * @param width in pixels, upright (after EXIF orientation)
   * @param height in pixels, upright
   */
  public record Source(String bucket, String key, String sha256, int width, int height) {}

  /** An object that was written. */
  public record StoredObject(String bucket, String key) {}

  /**
   * The restored photo.
   *
   * @param sha256 of its bytes, lower-case hexadecimal; also part of {@code key}
   * @param scale its side over the source's
   */
  public record Restored(
      String bucket,
      String key,
      String contentType,
      long sizeBytes,
      String sha256,
      int width,
      int height,
      int scale) {}

  /**
   * The highest of each measure among the photo's restored faces.
   *
   * @param score 0 (nothing invented) … 1
   * @param level the highest of any face
   * @param map PNG in the source photo's upright coordinates, transparent where nothing was
   *     invented, recoloured or lost; null if not asked for
   * @param method version of the measures; numbers of different versions must not be compared.
   *     Events before the first version have none, and none of what follows
   * @param identityRisk 0…1, or null
   * @param colourChange 0…1, or null
   * @param lostDetail 0…1, or null
   */
  public record Hallucination(
      double score,
      Level level,
      StoredObject map,
      @JsonInclude(JsonInclude.Include.NON_NULL) String method,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double identityRisk,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double colourChange,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double lostDetail) {}

  /**
   * One face that was found.
   *
   * @param index its place in the list, from 0
   * @param landmarks left eye, right eye, nose tip, left and right mouth corner, as seen in the
   *     picture; source pixels
   * @param reason null if it was restored
   * @param restoration null if it was skipped
   * @param hallucination null if it was skipped
   * @param crop the restored face as the model gave it; null if skipped or not asked for
   */
  public record Face(
      int index,
      Box box,
      List<List<Double>> landmarks,
      Detection detection,
      FaceOutcome outcome,
      SkipReason reason,
      Restoration restoration,
      FaceHallucination hallucination,
      StoredObject crop) {

    /** Copies the landmarks. */
    public Face {
      landmarks = landmarks.stream().map(List::copyOf).toList();
    }
  }

  /** A rectangle in source pixels, from its top left corner. */
  public record Box(double x, double y, double width, double height) {}

  /** How sure the detector was, 0…1. */
  public record Detection(double confidence) {}

  /**
   * How far a restored face can be trusted.
   *
   * @param confidence 0…1
   * @param upsampling side of the model's crop over {@code effectiveResolution}
   * @param effectiveResolution pixels across the aligned crop that really carried detail
   */
  public record Restoration(double confidence, double upsampling, int effectiveResolution) {}

  /**
   * How much of a face was invented; all 0…1. What may be null is missing from events of earlier
   * versions.
   *
   * @param score share of what is seen that the input does not support
   * @param synthesizedDetail share of the output's detail that the input does not support
   * @param inconsistency share of the output's coarse shading that the input does not support
   * @param regions share of the structure of all scales that the input does not support, by region:
   *     {@code leftEye}, {@code rightEye}, {@code nose}, {@code mouth}, {@code skin}
   * @param identityRisk share of what people are recognised by that the input does not support, or
   *     null
   * @param colourChange how far colours depart from the input's, or null
   * @param lostDetail share of the input's detail that the output lacks, or null
   * @param instability how far the mirrored input gives another answer; null without a second look
   * @param identitySimilarity what the identity model makes of input and output, −1…1; null without
   *     one
   * @param byRegion the measures by region; empty in events of earlier versions
   */
  public record FaceHallucination(
      double score,
      Level level,
      double synthesizedDetail,
      double inconsistency,
      Map<String, Double> regions,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double identityRisk,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double colourChange,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double lostDetail,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double instability,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double identitySimilarity,
      Map<String, RegionHallucination> byRegion) {

    /** Copies the regions, in their order. */
    public FaceHallucination {
      regions = Collections.unmodifiableMap(new LinkedHashMap<>(regions));
      byRegion =
          byRegion == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(byRegion));
    }
  }

  /**
   * The measures of one region of a face, as those of the whole; all 0…1.
   *
   * @param instability null without a second look
   */
  public record RegionHallucination(
      double score,
      double identityRisk,
      double colourChange,
      double lostDetail,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double instability) {}

  /**
   * The restorer.
   *
   * @param generative whether it can invent detail
   * @param size side of its square input and output in pixels
   * @param precision {@code fp32} or {@code fp16}
   */
  public record Model(String name, String sha256, boolean generative, int size, String precision) {}

  /**
   * Where it ran.
   *
   * @param device {@code cpu} or {@code cuda:N}
   * @param version of gpen-streams
   */
  public record RuntimeInfo(String device, String provider, String version, String replica) {}

  /**
   * Milliseconds by stage; stages overlap nothing of one photo, so they sum to at most the total.
   */
  public record Timings(
      long fetchMs,
      long decodeMs,
      long detectMs,
      long restoreMs,
      long blendMs,
      long encodeMs,
      long storeMs,
      long totalMs) {}

  /** IPTC digital source type of the result. */
  public record Provenance(URI digitalSourceType) {}
}
