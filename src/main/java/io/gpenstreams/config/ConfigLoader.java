package io.gpenstreams.config;

import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.validator.BeanValidationConfigValidator;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;

/**
 * Reads the configuration for commands that run without the service, from the same places and with
 * the same checks.
 */
public final class ConfigLoader {
  // Above environment and system properties: the command line has priority.
  private static final int COMMAND_LINE_ORDINAL = 500;

  private ConfigLoader() {}

  /**
   * Reads and validates the configuration.
   *
   * @param overrides keys of {@code gpen.*} from the command line
   * @throws IllegalArgumentException naming every key that is wrong
   */
  public static GpenConfig load(Map<String, String> overrides) {
    try (ValidatorFactory factory =
        Validation.byDefaultProvider()
            .configure()
            .messageInterpolator(new ParameterMessageInterpolator())
            .buildValidatorFactory()) {
      Validator validator = factory.getValidator();
      SmallRyeConfig config =
          ConfigUtils.configBuilder()
              .withSources(
                  new PropertiesConfigSource(overrides, "command line", COMMAND_LINE_ORDINAL))
              .withMapping(GpenConfig.class)
              .withValidator((BeanValidationConfigValidator) () -> validator)
              .build();
      return config.getConfigMapping(GpenConfig.class);
    } catch (ConfigValidationException e) {
      throw new IllegalArgumentException(
          IntStream.range(0, e.getProblemCount())
              .mapToObj(i -> e.getProblem(i).getMessage())
              .collect(Collectors.joining("; ")),
          e);
    }
  }
}
