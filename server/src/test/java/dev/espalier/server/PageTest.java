package dev.espalier.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.datasets.image.ImageEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page for people, in a real browser. */
@Tag("native")
class PageTest {
  private static final Path BROWSER = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  @TempDir static Path folder;

  private static ClassificationServer server;
  private static ChromeDriver browser;

  @BeforeAll
  static void openPage() {
    assumeTrue(
        Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER),
        "There is no browser: install the packages chromium and chromium-driver.");
    Path model =
        TestModels.write(folder.resolve("rgb.safetensors"), List.of("red", "green", "<b>blue</b>"));
    server =
        ClassificationServer.start(
            options ->
                options
                    .model("rgb", model)
                    .port(0)
                    .classifier(classifier -> classifier.engine("tensorflow")));
    ChromeOptions options = new ChromeOptions();
    options.setBinary(BROWSER.toFile());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
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
    if (server != null) {
      server.close();
    }
  }

  private static void open() {
    browser.get("http://127.0.0.1:" + server.port() + "/");
  }

  private static Path png(String name, int channel) throws IOException {
    return Files.write(folder.resolve(name), ImageEncoder.png(TestModels.image(channel, 40, 60)));
  }

  private static void choose(Path file) {
    browser.findElement(By.id("file")).sendKeys(file.toString());
  }

  private static String waitForStatus(String start) {
    return new WebDriverWait(browser, Duration.ofSeconds(20))
        .until(
            driver -> {
              String text = driver.findElement(By.id("status")).getText();
              return text.startsWith(start) ? text : null;
            });
  }

  private static List<String> classes() {
    return browser.findElements(By.cssSelector("#classes .name")).stream()
        .map(WebElement::getText)
        .toList();
  }

  private static long number(String script) {
    return ((Number) browser.executeScript("return " + script)).longValue();
  }

  @Test
  void aChosenImageIsClassifiedAndExplained() throws IOException {
    open();
    choose(png("green.png", 1));
    waitForStatus("Choose a class");
    assertThat(classes()).hasSize(3).startsWith("green").contains("<b>blue</b>");
    List<WebElement> bars = browser.findElements(By.cssSelector("#classes .bar div"));
    assertThat(bars.get(0).getSize().getWidth()).isGreaterThan(bars.get(1).getSize().getWidth());

    browser.findElements(By.cssSelector("#classes button")).get(0).click();
    new WebDriverWait(browser, Duration.ofSeconds(20))
        .until(
            driver ->
                driver
                    .findElement(By.id("caption"))
                    .getText()
                    .equals("Where the model sees green"));
    assertThat(number("document.getElementById('image').naturalWidth")).isEqualTo(60);
    assertThat(browser.manage().logs().get("browser").getAll()).isEmpty();
  }

  @Test
  void aFileThatIsNotAnImageIsExplained() throws IOException {
    open();
    choose(Files.writeString(folder.resolve("notes.png"), "no image"));
    assertThat(waitForStatus("image is not an image")).contains("image");
    assertThat(browser.findElement(By.id("answer")).isDisplayed()).isFalse();
  }

  @Test
  void thePageFitsAPhone() throws IOException {
    browser.manage().window().setSize(new Dimension(375, 700));
    open();
    choose(png("red.png", 0));
    waitForStatus("Choose a class");
    assertThat(number("document.documentElement.scrollWidth"))
        .isLessThanOrEqualTo(number("window.innerWidth"));
    WebElement image = browser.findElement(By.id("image"));
    WebElement list = browser.findElement(By.id("classes"));
    assertThat(list.getLocation().getY())
        .isGreaterThanOrEqualTo(image.getLocation().getY() + image.getSize().getHeight());
    browser.manage().window().setSize(new Dimension(1000, 800));
  }

  @Test
  void theTextIsReadableInLightAndInDarkMode() {
    open();
    for (String scheme : List.of("light", "dark")) {
      browser.executeCdpCommand(
          "Emulation.setEmulatedMedia",
          Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
      double back =
          luminance(browser.findElement(By.tagName("body")).getCssValue("background-color"));
      double ink = luminance(browser.findElement(By.tagName("h1")).getCssValue("color"));
      double contrast = (Math.max(back, ink) + 0.05) / (Math.min(back, ink) + 0.05);
      assertThat(contrast).as(scheme).isGreaterThan(7);
      assertThat(back > ink).isEqualTo(scheme.equals("light"));
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
