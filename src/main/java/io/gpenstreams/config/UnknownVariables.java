package io.gpenstreams.config;

import io.gpenstreams.text.OneLine;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.common.utils.StringUtil;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Finds environment variables that look like settings but are not. In a file a misspelt key stops
 * the start; the environment belongs to others too, so there it is a warning.
 */
public final class UnknownVariables {
  private static final String PREFIX = "GPEN_";
  // Read by the launcher and the images.
  private static final Set<String> OTHERS = Set.of("GPEN_JAVA_OPTS");
  // The suffix of element 0 of a list.
  private static final Pattern INDEX = Pattern.compile("_\\d+_$");
  // Kubernetes makes such variables of a Service whose name begins with "gpen".
  private static final Pattern SERVICE =
      Pattern.compile(".*_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_\\d+_(TCP|UDP)(_.*)?)?)");

  private UnknownVariables() {}

  /**
   * A line for each variable that is no setting, with the nearest one. Never holds a value.
   *
   * @param names of all variables
   */
  public static List<String> warnings(Collection<String> names) {
    Map<String, String> known = known();
    return names.stream()
        .filter(name -> upper(name).startsWith(PREFIX))
        .filter(name -> !OTHERS.contains(name) && !SERVICE.matcher(name).matches())
        .filter(name -> !known.containsKey(INDEX.matcher(upper(name)).replaceAll("")))
        .sorted()
        .map(
            name -> {
              String nearest =
                  known.keySet().stream()
                      .min(Comparator.comparingInt(other -> distance(upper(name), other)))
                      .orElseThrow();
              return "the variable %s is no setting and is ignored; the nearest one is %s (%s)"
                  .formatted(printable(name), nearest, known.get(nearest));
            })
        .toList();
  }

  // By variable.
  private static Map<String, String> known() {
    Map<String, String> known = new TreeMap<>();
    for (String key :
        ConfigMappings.getProperties(ConfigClass.configClass(GpenConfig.class)).keySet()) {
      String plain = key.replaceAll("\\[.*]", "");
      known.put(
          StringUtil.replaceNonAlphanumericByUnderscores(plain).toUpperCase(Locale.ROOT), plain);
    }
    return known;
  }

  // Upper and lower case do not matter.
  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  private static String printable(String name) {
    String line = OneLine.of(name);
    return line.length() <= 100 ? line : line.substring(0, 100) + "…";
  }

  // Levenshtein's, with two rows.
  private static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int other = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j - 1], before[j]) + 1, before[j - 1] + other);
      }
      before = row;
    }
    return before[b.length()];
  }
}
