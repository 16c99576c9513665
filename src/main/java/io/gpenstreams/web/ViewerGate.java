package io.gpenstreams.web;

import io.gpenstreams.config.GpenConfig;
import jakarta.inject.Provider;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;

/**
 * Answers 404 on the viewer's paths unless the operator has enabled the viewer, and adds security
 * headers to its answers. It filters all resources, since the viewer's are the only ones; health
 * and metrics do not pass here.
 */
@jakarta.ws.rs.ext.Provider
@PreMatching
public final class ViewerGate implements ContainerRequestFilter, ContainerResponseFilter {
  /** Scripts, styles and pictures of this service only; nothing inline, no frames, no forms. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private final Provider<GpenConfig> config;

  /**
   * A filter that passes requests if the viewer is enabled.
   *
   * @param config read at each request, because filters are created before the configuration
   */
  public ViewerGate(Provider<GpenConfig> config) {
    this.config = config;
  }

  private boolean isOpen() {
    return config.get().viewer().enabled();
  }

  @Override
  public void filter(ContainerRequestContext request) {
    if (!isOpen()) {
      request.abortWith(Response.status(Response.Status.NOT_FOUND).build());
    }
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (!isOpen()) {
      return;
    }
    MultivaluedMap<String, Object> headers = response.getHeaders();
    headers.putSingle("Content-Security-Policy", POLICY);
    headers.putSingle("X-Content-Type-Options", "nosniff");
    headers.putSingle("Referrer-Policy", "no-referrer");
    headers.putSingle("Cross-Origin-Resource-Policy", "same-origin");
    headers.putSingle("Cross-Origin-Opener-Policy", "same-origin");
    // Browsers must not store people's photos on disk.
    headers.putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
  }
}
