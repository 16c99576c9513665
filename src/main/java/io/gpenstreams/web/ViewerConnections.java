package io.gpenstreams.web;

import io.gpenstreams.config.GpenConfig;
import io.netty.channel.Channel;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides which requests reach the viewer, before they cost anything. A request must name an
 * allowed host and come from the viewer's own page. The number of connections is bounded, and a
 * connection whose client has not received earlier answers gets none. Health and metrics do not
 * pass here.
 */
@ApplicationScoped
class ViewerConnections {
  private static final int MOST = 64;
  // Before the resources.
  private static final int PRIORITY = 100;
  private static final String OTHERS = "/q/";

  // Event loops add and remove connections.
  private final Set<Channel> connections = ConcurrentHashMap.newKeySet();

  void register(@Observes Filters filters, GpenConfig config) {
    if (config.viewer().enabled()) {
      AllowedHosts hosts = new AllowedHosts(config.viewer().hosts());
      filters.register(exchange -> admit(exchange, hosts), PRIORITY);
    }
  }

  private void admit(RoutingContext exchange, AllowedHosts hosts) {
    HttpServerRequest request = exchange.request();
    if (exchange.normalizedPath().startsWith(OTHERS)) {
      exchange.next();
      return;
    }
    HostAndPort authority = request.authority();
    if (authority == null || !hosts.contains(authority.host())) {
      refuse(
          exchange, 421, "the viewer answers for localhost and for the hosts in gpen.viewer.hosts");
    } else if (isCrossSite(request, authority)) {
      refuse(exchange, 403, "the viewer answers its own page only");
    } else if (request.response().writeQueueFull()) {
      // Each further answer would wait in memory.
      request.connection().close();
    } else if (!isAdmitted(request)) {
      refuse(exchange, 503, "too many connections to the viewer");
    } else {
      exchange.next();
    }
  }

  private static boolean isCrossSite(HttpServerRequest request, HostAndPort authority) {
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null
        && !Set.of("same-origin", "none").contains(site)
        // A link to the page.
        && !"navigate".equals(request.getHeader("Sec-Fetch-Mode"))) {
      return true;
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    return origin != null && !isOrigin(origin, authority);
  }

  private static boolean isOrigin(String origin, HostAndPort authority) {
    try {
      URI uri = new URI(origin);
      return authority.host().equalsIgnoreCase(uri.getHost()) && authority.port() == uri.getPort();
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private boolean isAdmitted(HttpServerRequest request) {
    Channel channel = ((ConnectionBase) request.connection()).channelHandlerContext().channel();
    if (connections.contains(channel)) {
      return true;
    }
    // Event loops that pass here at the same time can exceed the bound by one each.
    if (connections.size() >= MOST) {
      return false;
    }
    connections.add(channel);
    channel.closeFuture().addListener(closed -> connections.remove(channel));
    return true;
  }

  private static void refuse(RoutingContext exchange, int status, String reason) {
    exchange
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain;charset=UTF-8")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader(HttpHeaders.CONNECTION, "close")
        .end(reason + "\n");
  }
}
