package io.gpenstreams.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import io.gpenstreams.cli.demo.portrait.Degradation;
import io.gpenstreams.cli.demo.portrait.Portrait;
import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.Restored;
import io.gpenstreams.event.RestoredImage.Source;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.LocalS3;
import io.gpenstreams.stream.LocalServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The viewer as a browser shows it. Skipped where no Chromium is installed. */
@QuarkusIntegrationTest
@QuarkusTestResource(LocalServers.class)
@TestProfile(ViewerOn.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ViewerPageIT {
  private static final byte[] PORTRAIT = new Degradation(7).apply(new Portrait(7).draw());
  private static final List<String> SWITCHES =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private static Playwright playwright;
  private static Browser browser;

  private final Service service = new Service();
  private final PageWatch watch = new PageWatch();
  // Injected by LocalServers.
  LocalBroker broker;
  LocalS3 s3;
  private Platform platform;
  private Page page;

  @BeforeAll
  static void startBrowser() {
    Path chromium =
        Stream.of(System.getenv("PATH").split(":"))
            .map(folder -> Path.of(folder, "chromium"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
    assumeTrue(chromium != null, "chromium is not installed; .ci/run installs it");
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(new BrowserType.LaunchOptions().setExecutablePath(chromium).setArgs(SWITCHES));
  }

  @AfterAll
  static void stopBrowser() {
    if (playwright != null) {
      playwright.close();
    }
  }

  @BeforeEach
  void open() {
    platform = new Platform(broker, s3);
    page = browser.newPage(new Browser.NewPageOptions().setViewportSize(1200, 900));
    watch.over(page, service.address().toString());
  }

  @AfterEach
  void close() {
    page.close();
    platform.close();
  }

  @Test
  void comparesTheSidesWithTheKeyboardAndShowsWhatWasInvented() throws Exception {
    platform.upload("grandma", PORTRAIT);
    show("grandma");
    Locator slider = page.getByRole(AriaRole.SLIDER);

    slider.focus();
    assertThat(slider).hasAttribute("aria-valuetext", "50% original, 50% restored");
    double middle = dividerX();
    for (int i = 0; i < 10; i++) {
      page.keyboard().press("ArrowLeft");
    }
    assertThat(slider).hasAttribute("aria-valuetext", "40% original, 60% restored");
    assertThat(dividerX()).isLessThan(middle - 10);
    page.keyboard().press("End");
    assertThat(slider).hasAttribute("aria-valuetext", "100% original, 0% restored");

    Locator map = page.getByAltText("Map of where something was invented, recoloured or lost");
    Locator toggle = button("Show what was invented");
    assertThat(map).hasCount(0);
    toggle.press("Enter");
    assertThat(toggle).hasAttribute("aria-pressed", "true");
    assertThat(map).isVisible();
    page.waitForCondition(() -> (boolean) map.evaluate("map => map.naturalWidth > 0"));
    toggle.press("Enter");
    assertThat(map).isHidden();

    watch.assertClean();
  }

  @Test
  void saysOfARestoredFaceThatItIsAnInterpretationAndHowMuchIsInvented() throws Exception {
    platform.upload("grandpa", PORTRAIT);
    show("grandpa");

    assertThat(page.getByRole(AriaRole.COMPLEMENTARY))
        .containsText("The restored face is an interpretation, not a record.");
    assertThat(page.locator(".crop figcaption"))
        .hasText(Pattern.compile("Interpretation: \\d+% of this face’s detail is invented"));
    assertThat(page.locator(".faces")).containsText("Confidence");
    assertThat(page.locator(".faces")).containsText("Hallucination score, low");
    assertThat(page.locator(".faces")).containsText("Could be somebody else’s");
    assertThat(page.locator(".largest"))
        .hasText("Nearly all that is seen here is in the original.");
    assertThat(page.locator(".faces")).containsText("Left eye");
    Locator crop = page.locator(".crop img");
    page.waitForCondition(() -> (boolean) crop.evaluate("crop => crop.naturalWidth === 2048"));

    button("Find it in the photo").click();
    assertThat(button("Whole photo")).isVisible();
    button("Whole photo").click();
    assertThat(button("Whole photo")).isHidden();
    button("Mark faces").click();
    assertThat(page.locator(".mark:visible")).hasText(Pattern.compile("\\d+%"));

    watch.assertClean();
  }

  @Test
  void showsNewResultsByItselfButKeepsTheOneThatIsLookedAt() throws Exception {
    platform.upload("zero", "no photo".getBytes(UTF_8));
    service.await("zero");
    page.navigate(service.address().toString());
    assertThat(heading("zero")).isVisible();
    platform.upload("one", "no photo".getBytes(UTF_8));
    assertThat(heading("one")).isVisible();

    platform.upload("two", "no photo".getBytes(UTF_8));
    assertThat(heading("two")).isVisible();
    assertThat(page.getByText("UNSUPPORTED_FORMAT").first()).isVisible();

    row("one").click();
    assertThat(heading("one")).isVisible();
    platform.upload("three", "no photo".getBytes(UTF_8));
    assertThat(row("three")).isVisible();
    assertThat(heading("one")).isVisible();

    watch.assertClean();
  }

  @Test
  void showsWhatStrangersWroteAsTextOnly() throws Exception {
    String nasty = "<img src=x onerror=alert(1)><script>alert(2)</script>";
    platform.put("photos", nasty, PORTRAIT);
    platform.put("restored", nasty, PORTRAIT);
    String sha256 = DigestUtils.sha256Hex(PORTRAIT);
    platform.forge(
        Events.restored(
            nasty,
            Instant.now(),
            new Source("photos", nasty, sha256, 280, 350),
            new Restored("restored", nasty, "image/svg+xml", 1, sha256, 280, 350, 1),
            new StoredObject("restored", nasty)));
    show(nasty);

    assertThat(page.locator("main")).containsText("photos/" + nasty);
    assertThat(page.locator("main script, main img[src='x']")).hasCount(0);
    button("Show what was invented").click();

    watch.assertClean();
  }

  @Test
  void saysWhyAPictureCannotBeShown() throws Exception {
    platform.forge(Events.restored("gone", Instant.now()));
    show("gone");

    assertThat(page.getByRole(AriaRole.ALERT))
        .containsText("photos/never-uploaded.jpg does not exist");
    assertThat(page.getByRole(AriaRole.ALERT))
        .containsText("restored/never-stored.jpg does not exist");
  }

  @Test
  void saysHowManyFacesAreNotListed() throws Exception {
    RestoredImage image =
        new EventJson()
            .readRestored(
                Files.readAllBytes(Path.of("schemas/examples/restored-image.faces-omitted.json")));
    platform.forge(image);
    show(image.imageId());

    assertThat(page.locator("section.faces h3")).hasText("2155 faces");
    assertThat(page.locator("details.skipped summary"))
        .hasText("2155 faces left as in the original");
    assertThat(page.locator("details.skipped li:nth-child(4)"))
        .hasText("And 2140 more faces: they are too small");
    assertThat(page.locator("details.skipped li")).hasCount(5);
  }

  @Test
  void fitsANarrowScreen() throws Exception {
    platform.upload("narrow", PORTRAIT);
    page.setViewportSize(360, 740);
    show("narrow");

    assertThat((boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
        .isTrue();
    assertThat(page.getByRole(AriaRole.SLIDER).boundingBox().width).isGreaterThan(250);

    watch.assertClean();
  }

  // By address: the newest result may be another test's, whose pictures are not to be had.
  private void show(String imageId) throws Exception {
    String id = service.await(imageId).get("id").textValue();
    page.navigate(service.address() + "#" + id);
    assertThat(heading(imageId)).isVisible();
  }

  private Locator row(String imageId) {
    return page.locator(".row").filter(new Locator.FilterOptions().setHasText(imageId)).first();
  }

  private Locator heading(String imageId) {
    return page.getByRole(
        AriaRole.HEADING, new Page.GetByRoleOptions().setName(imageId).setExact(true));
  }

  private Locator button(String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  private double dividerX() {
    return page.locator(".divider").boundingBox().x;
  }
}
