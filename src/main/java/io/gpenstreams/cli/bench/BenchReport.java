package io.gpenstreams.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.gpenstreams.model.ModelInfo;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured.
 *
 * @param version of this program
 * @param randomWeights whether the model's weights mean nothing
 * @param batch faces in one run of the model alone; 1 if the model takes one at a time, even if
 *     more were asked for
 * @param photosAtOnce photos in the pipeline at the same time
 * @param loadMillis from the file to a model that can run
 * @param bareModel the model alone
 * @param pipeline photos from their bytes to the results' bytes
 * @param ratio the pipeline's faces per second over the bare model's
 * @param stageMillisPerFace of photos that have the pipeline to themselves, on average, in order;
 *     {@code other} is the rest
 * @param peakMemoryBytes of the whole process since the model began to load, if the system reports
 *     it
 */
public record BenchReport(
    String version,
    ModelInfo model,
    boolean randomWeights,
    String device,
    String provider,
    int processors,
    int batch,
    int photosAtOnce,
    double loadMillis,
    Speed bareModel,
    Speed pipeline,
    double ratio,
    Map<String, Double> stageMillisPerFace,
    Optional<Long> peakMemoryBytes) {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .build();

  /** Keeps the stages' order. */
  public BenchReport {
    stageMillisPerFace = Collections.unmodifiableMap(new LinkedHashMap<>(stageMillisPerFace));
  }

  /** One object, in UTF-8. */
  public byte[] json() {
    try {
      return (MAPPER.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
