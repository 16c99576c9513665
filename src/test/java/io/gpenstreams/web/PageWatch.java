package io.gpenstreams.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a page should not do: complain, alert, or ask anybody but the service. */
final class PageWatch {
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  /** Watches a page of the service at an address. */
  void over(Page page, String address) {
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") || message.type().equals("warning")) {
            complaints.add("console: " + message.text());
          }
        });
    page.onPageError(error -> complaints.add("script: " + error));
    page.onDialog(
        dialog -> {
          complaints.add("dialog: " + dialog.message());
          dialog.dismiss();
        });
    page.onRequest(
        request -> {
          if (!request.url().startsWith(address)) {
            complaints.add("request: " + request.url());
          }
        });
  }

  void assertClean() {
    assertThat(complaints).isEmpty();
  }
}
