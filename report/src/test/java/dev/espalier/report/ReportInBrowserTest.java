package dev.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The pages in a real browser. */
@Tag("native")
class ReportInBrowserTest {
  private static final Path BROWSER = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  @TempDir static Path folder;

  private static ChromeDriver browser;

  @BeforeAll
  static void writePages() {
    assumeTrue(
        Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER),
        "There is no browser: install the packages chromium and chromium-driver.");
    SampleReports.complete(List.of("cat", "<b>dog</b>")).write(folder.resolve("2.html"));
    SampleReports.complete(SampleReports.classNames(100)).write(folder.resolve("100.html"));
    Map<String, RunRecord> runs = new LinkedHashMap<>();
    runs.put("first", SampleReports.complete(List.of("cat", "dog")).record());
    runs.put("a-run-with-a-very-long-name-without-blanks", runs.get("first"));
    new RunComparison(runs).write(folder.resolve("comparison.html"));
    ChromeOptions options = new ChromeOptions();
    options.setBinary(BROWSER.toFile());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync");
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build(),
            options);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.quit();
    }
  }

  private static void open(String name, int width, String scheme) {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < 600));
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    browser.get(folder.resolve(name + ".html").toUri().toString());
  }

  private static long number(String script) {
    return ((Number) browser.executeScript("return " + script)).longValue();
  }

  @Test
  void fitsAScreenAndAPhone() {
    for (String page : List.of("2", "100", "comparison")) {
      for (int width : new int[] {1400, 390}) {
        open(page, width, "light");
        assertThat(number("document.documentElement.scrollWidth")).as(page).isEqualTo(width);
        assertThat(browser.manage().logs().get("browser").getAll()).isEmpty();
      }
    }
  }

  @Test
  void everyImageIsShown() {
    open("100", 1400, "light");
    browser.executeScript("for (const one of document.images) one.loading = 'eager'");
    assertThat(number("document.images.length")).isEqualTo(16 + 24 + 24);
    assertThat(
            browser.executeAsyncScript(
                "const done = arguments[0]; Promise.all([...document.images].map(one =>"
                    + " one.decode().then(() => one.naturalWidth > 0)))"
                    + ".then(all => done(all.every(one => one)), e => done(String(e)))"))
        .isEqualTo(true);
  }

  @Test
  void namesAreTextAndColumnsSort() {
    open("2", 1400, "light");
    assertThat(browser.findElements(By.cssSelector("main b > b, h1 b"))).isEmpty();
    browser.executeScript("document.querySelector('table.classes th').click()");
    assertThat(first()).isEqualTo("<b>dog</b>");
    browser.executeScript("document.querySelector('table.classes th').click()");
    assertThat(first()).isEqualTo("cat");
  }

  private static String first() {
    WebElement name = browser.findElement(By.cssSelector("table.classes tbody th"));
    return name.getText();
  }

  @Test
  void theTextIsReadableInLightAndInDarkMode() {
    for (String scheme : List.of("light", "dark")) {
      open("2", 1400, scheme);
      double back =
          luminance(browser.findElement(By.tagName("body")).getCssValue("background-color"));
      for (String text : List.of("h1", ".kind", ".tiles dd", ".caption", "td", ".verdict .no")) {
        double ink = luminance(browser.findElement(By.cssSelector(text)).getCssValue("color"));
        double contrast = (Math.max(back, ink) + 0.05) / (Math.min(back, ink) + 0.05);
        assertThat(contrast).as(scheme + " " + text).isGreaterThan(4.5);
        assertThat(back > ink).isEqualTo(scheme.equals("light"));
      }
    }
  }

  /** The relative luminance of WCAG 2 of a color such as {@code rgba(1, 2, 3, 1)}. */
  private static double luminance(String color) {
    String[] parts = color.replaceAll("[^0-9,.]", "").split(",", -1);
    double[] factors = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double share = Double.parseDouble(parts[i]) / 255;
      sum +=
          factors[i] * (share <= 0.03928 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4));
    }
    return sum;
  }
}
