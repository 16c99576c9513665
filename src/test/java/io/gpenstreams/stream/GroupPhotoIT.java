package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.ServiceProcess;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A photo with a hundred faces among portraits, in the packaged service. */
class GroupPhotoIT {
  private static final int COLUMNS = 10;
  private static final int PORTRAITS = 10;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  // Far below what the group takes: a stream thread that waited for it would lose its partitions.
  private static final Map<String, String> SETTINGS =
      Map.of("kafka-streams.max.poll.interval.ms", "6000");
  private static final Pattern REBALANCES =
      Pattern.compile("(?m)^kafka_consumer_coordinator_rebalance_total\\{.*} (\\S+)$");

  @RegisterExtension final TestServers servers = TestServers.brokerAndS3();

  @Test
  void aHundredFacesCauseNoRebalanceAndDelayNoOtherPhoto() throws Exception {
    byte[] portrait = TestServers.portrait();
    servers.put(TestServers.PORTRAIT, portrait);
    servers.put("group.jpg", group(portrait));
    ServiceProcess service = servers.startService(SETTINGS);
    double rebalances = rebalances(service);

    send(servers.broker());
    List<RestoredImage> images = outcomes(servers.broker());

    assertThat(images)
        .extracting(RestoredImage::imageId)
        .hasSize(1 + PORTRAITS)
        .doesNotHaveDuplicates()
        .last()
        .isEqualTo("group");
    RestoredImage group = images.get(PORTRAITS);
    assertThat(group.faces())
        .filteredOn(face -> face.outcome() == FaceOutcome.RESTORED)
        .hasSizeGreaterThanOrEqualTo(90);
    assertThat(group.timings().totalMs())
        .as("it has to take longer than a stream thread may")
        .isGreaterThan(6000);
    assertThat(rebalances(service)).isEqualTo(rebalances).isPositive();
  }

  private static byte[] group(byte[] portrait) throws IOException {
    BufferedImage face = ImageIO.read(new ByteArrayInputStream(portrait));
    int width = face.getWidth() / 2;
    int height = face.getHeight() / 2;
    BufferedImage group =
        new BufferedImage(COLUMNS * width, COLUMNS * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = group.createGraphics();
    for (int i = 0; i < COLUMNS * COLUMNS; i++) {
      graphics.drawImage(face, i % COLUMNS * width, i / COLUMNS * height, width, height, null);
    }
    graphics.dispose();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(group, "jpg", file);
    return file.toByteArray();
  }

  private static void send(LocalBroker broker) throws Exception {
    try (Uploads uploads = new Uploads(broker)) {
      uploads.send("group", "group.jpg");
      for (int i = 0; i < PORTRAITS; i++) {
        uploads.send("portrait-" + i, TestServers.PORTRAIT);
      }
    }
  }

  private static List<RestoredImage> outcomes(LocalBroker broker) {
    return ReadCommitted.read(broker, List.of(Topics.RESTORED_IMAGE), 1 + PORTRAITS, PATIENCE)
        .stream()
        .map(record -> new EventJson().readRestored(record.value()))
        .toList();
  }

  private static double rebalances(ServiceProcess service) throws Exception {
    String metrics =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(service.address().resolve("/q/metrics")).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    double sum = 0;
    for (Matcher line = REBALANCES.matcher(metrics); line.find(); ) {
      sum += Double.parseDouble(line.group(1));
    }
    return sum;
  }
}
