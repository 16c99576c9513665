package io.gpenstreams.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The viewer's page, and the data that it requests. A picture's address is an outcome of the list
 * and a part of it, never a bucket and a key. Immutable; {@link ViewerGate} filters its requests.
 */
@Path("/")
@Singleton
public final class ViewerResource {
  private static final Map<String, String> ASSET_TYPES =
      Map.of(
          "viewer.css", "text/css;charset=UTF-8",
          "viewer.js", "text/javascript;charset=UTF-8",
          "result.js", "text/javascript;charset=UTF-8",
          "comparison.js", "text/javascript;charset=UTF-8",
          "faces.js", "text/javascript;charset=UTF-8",
          "dom.js", "text/javascript;charset=UTF-8",
          "icon.svg", "image/svg+xml");
  private static final String RETRY_SECONDS = "1";
  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final RecentOutcomes outcomes;
  private final Pictures pictures;
  private final PictureTurns turns;
  private final String page = new String(file("page.html"), UTF_8);
  private final Map<String, byte[]> assets =
      ASSET_TYPES.keySet().stream()
          .collect(Collectors.toUnmodifiableMap(name -> name, ViewerResource::file));
  // Versions start with the process, and differ between replicas.
  private final String process = UUID.randomUUID().toString();

  /** Shows outcomes and pictures that other objects own. */
  ViewerResource(RecentOutcomes outcomes, Pictures pictures, PictureTurns turns) {
    this.outcomes = outcomes;
    this.pictures = pictures;
    this.turns = turns;
  }

  /** The list, newest first. */
  record Listing(List<OutcomeSummary> outcomes) {}

  /**
   * All of one outcome.
   *
   * @param restored null for a dead letter
   * @param failed null for a result
   */
  record Detail(String id, RestoredImage restored, RestorationFailed failed) {}

  /** The page. */
  @GET
  @Produces("text/html;charset=UTF-8")
  @NonBlocking
  public String page() {
    return page;
  }

  /** The page's scripts, styles and icon. */
  @GET
  @Path("viewer/{asset}")
  @NonBlocking
  public Response asset(@PathParam("asset") String asset) {
    byte[] bytes = assets.get(asset);
    if (bytes == null) {
      throw new NotFoundException();
    }
    return Response.ok(bytes, ASSET_TYPES.get(asset)).build();
  }

  /** The list, unless the browser already has this version. */
  @GET
  @Path("viewer/outcomes")
  @Produces(MediaType.APPLICATION_JSON)
  @NonBlocking
  public Response list(@Context Request request) {
    RecentOutcomes.Snapshot snapshot = outcomes.snapshot();
    EntityTag tag = new EntityTag(process + "-" + snapshot.version());
    Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
    if (unchanged != null) {
      return unchanged.build();
    }
    return Response.ok(
            new Listing(snapshot.newestFirst().stream().map(OutcomeSummary::of).toList()))
        .tag(tag)
        .build();
  }

  /** All of one outcome. */
  @GET
  @Path("viewer/outcomes/{id}")
  @Produces(MediaType.APPLICATION_JSON)
  @NonBlocking
  public Detail detail(@PathParam("id") String id) {
    RecentOutcome outcome = outcome(id);
    return new Detail(outcome.id(), outcome.restored(), outcome.failed());
  }

  /** The photo that was uploaded. */
  @GET
  @Path("viewer/outcomes/{id}/original")
  @Blocking
  public Response original(@PathParam("id") String id, @Context RoutingContext exchange) {
    return picture(id, exchange, pictures::original);
  }

  /** The restored photo. */
  @GET
  @Path("viewer/outcomes/{id}/restored")
  @Blocking
  public Response restored(@PathParam("id") String id, @Context RoutingContext exchange) {
    return picture(id, exchange, pictures::restored);
  }

  /** The hallucination map. */
  @GET
  @Path("viewer/outcomes/{id}/map")
  @Blocking
  public Response map(@PathParam("id") String id, @Context RoutingContext exchange) {
    return picture(id, exchange, pictures::map);
  }

  /** One restored face. */
  @GET
  @Path("viewer/outcomes/{id}/faces/{index}")
  @Blocking
  public Response face(
      @PathParam("id") String id, @PathParam("index") int index, @Context RoutingContext exchange) {
    return picture(id, exchange, outcome -> pictures.face(outcome, index));
  }

  private Response picture(
      String id,
      RoutingContext exchange,
      Function<RecentOutcome, Optional<Pictures.Picture>> part) {
    RecentOutcome outcome = outcome(id);
    Optional<PictureTurns.Turn> turn = turns.take();
    if (turn.isEmpty()) {
      return Response.status(Response.Status.SERVICE_UNAVAILABLE)
          .header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS)
          .type(MediaType.TEXT_PLAIN_TYPE)
          .entity("too many pictures are being looked at")
          .build();
    }
    // Ends when the last piece is sent, when the browser disconnects, or after the headers if the
    // browser asked only for them.
    exchange.addEndHandler(ended -> turn.get().close());
    if (exchange.response().closed()) {
      turn.get().close();
    }
    try {
      Pictures.Picture picture = part.apply(outcome).orElseThrow(NotFoundException::new);
      byte[] bytes = picture.bytes();
      turn.get().shrink(bytes.length);
      return Response.ok(
              new PictureTransfer(bytes, exchange, WINDOW), picture.format().contentType())
          .header(HttpHeaders.CONTENT_LENGTH, bytes.length)
          .build();
    } catch (RestorationException e) {
      return Response.status(status(e.code()))
          .type(MediaType.TEXT_PLAIN_TYPE)
          .entity(e.getMessage())
          .build();
    }
  }

  private RecentOutcome outcome(String id) {
    return outcomes.find(id).orElseThrow(NotFoundException::new);
  }

  private static Response.Status status(ErrorCode code) {
    return switch (code) {
      case SOURCE_FORBIDDEN -> Response.Status.FORBIDDEN;
      case SOURCE_TOO_LARGE -> Response.Status.REQUEST_ENTITY_TOO_LARGE;
      case STORAGE_UNAVAILABLE -> Response.Status.SERVICE_UNAVAILABLE;
      default -> Response.Status.NOT_FOUND;
    };
  }

  private static byte[] file(String name) {
    try (InputStream in = ViewerResource.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("The artefact lacks " + name, e);
    }
  }
}
