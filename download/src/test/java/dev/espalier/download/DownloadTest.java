package dev.espalier.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.Checksum;
import dev.espalier.plugin.PublishedFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Fetches from a real server in this process, which fails in the ways that servers do. */
class DownloadTest {
  private static final byte[] CONTENT = content();

  @TempDir Path temporary;

  private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;
  private PublishedFile published;

  private static byte[] content() {
    byte[] bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  @BeforeEach
  void startServer() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    published = new PublishedFile("data.bin", address(server), Checksum.sha256(sha256(CONTENT)), 0);
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private static URI address(HttpServer server) {
    return URI.create(
        "http://"
            + server.getAddress().getAddress().getHostAddress()
            + ":"
            + server.getAddress().getPort()
            + "/data.bin");
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /** What the server does with a request; one after the other, the last again and again. */
  private interface Answer {
    void to(HttpExchange exchange, int from) throws IOException;
  }

  private void serve(Answer... answers) {
    server.createContext(
        "/data.bin",
        exchange -> {
          String range = exchange.getRequestHeaders().getFirst("Range");
          ranges.add(range == null ? "all" : range);
          int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
          try (exchange) {
            answers[Math.min(ranges.size(), answers.length) - 1].to(exchange, from);
          }
        });
  }

  private static void send(HttpExchange exchange, int from, byte[] content, int count)
      throws IOException {
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
    exchange.getResponseBody().write(content, from, count);
    exchange.getResponseBody().flush();
  }

  private static final Answer WHOLE =
      (exchange, from) -> send(exchange, from, CONTENT, CONTENT.length - from);

  private static Answer brokenOffAfter(int count) {
    return (exchange, from) -> send(exchange, from, CONTENT, count);
  }

  private static final Answer IGNORES_RANGES =
      (exchange, from) -> send(exchange, 0, CONTENT, CONTENT.length);

  private static Answer status(int status) {
    return (exchange, from) -> exchange.sendResponseHeaders(status, -1);
  }

  private Path folder() {
    return temporary.resolve("cache");
  }

  private Path target() {
    return folder().resolve("data.bin");
  }

  private Path part() {
    return folder().resolve("data.bin.part");
  }

  private static DownloadSettings settings() {
    return new DownloadSettings(false, null, 3, Duration.ofSeconds(5), (bytes, total) -> {});
  }

  private void assertFails(String message) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Downloads.fetch(published, folder(), settings()))
        .withMessage(
            message
                .replace("{address}", published.address().toString())
                .replace("{target}", target().toString()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DOWNLOAD_FAILED));
  }

  private void assertWhole() throws IOException {
    assertThat(target()).hasBinaryContent(CONTENT);
    assertThat(folder().toFile().list()).containsExactly("data.bin");
  }

  @Test
  void fileIsFetchedOnce() throws IOException {
    serve(WHOLE);

    assertThat(Downloads.fetch(published, folder(), settings())).isEqualTo(target());
    assertThat(Downloads.fetch(published, folder(), settings())).isEqualTo(target());

    assertWhole();
    assertThat(ranges).containsExactly("all");
  }

  @Test
  void progressIsToldUpToTheEnd() {
    serve(WHOLE);
    List<Long> heard = new ArrayList<>();

    Downloads.fetch(
        published,
        folder(),
        settings()
            .progress(
                (bytes, total) -> {
                  assertThat(total).isEqualTo(CONTENT.length);
                  heard.add(bytes);
                }));

    assertThat(heard).isSorted().endsWith((long) CONTENT.length);
  }

  /** What is no use is emptied, and what arrives written over: never somebody else's file. */
  @Test
  void aPartThatIsALinkIsRefusedAndWhatItPointsToStays() throws IOException {
    serve(WHOLE);
    Files.createDirectories(folder());
    Path precious = Files.writeString(temporary.resolve("precious"), "mine");
    Files.createSymbolicLink(part(), precious);
    assertPartIsRefused("a symbolic link");
    assertThat(precious).hasContent("mine");

    Files.delete(part());
    Files.createLink(part(), precious);
    assertPartIsRefused("a file that also has another name");
    assertThat(precious).hasContent("mine");

    Files.delete(part());
    Files.createDirectory(part());
    assertPartIsRefused("not a regular file");

    Files.delete(part());
    Downloads.fetch(published, folder(), settings());
    assertWhole();
  }

  private void assertPartIsRefused(String what) {
    assertFails(
        part()
            + " is "
            + what
            + ", so nothing is written to it. Remove it, or give another folder. [ESP-703]");
  }

  @Test
  void transferThatBreaksOffGoesOnWhereItStopped() throws IOException {
    serve(brokenOffAfter(100_000), brokenOffAfter(50_000), WHOLE);

    Downloads.fetch(published, folder(), settings());

    assertWhole();
    assertThat(ranges).containsExactly("all", "bytes=100000-", "bytes=150000-");
  }

  @Test
  void nextCallGoesOnToo() throws IOException {
    serve(
        brokenOffAfter(100_000),
        status(503),
        status(503),
        (exchange, from) -> WHOLE.to(exchange, from));

    assertFails(
        "{address} could not be downloaded: the server answers 503. Try again: the"
            + " partial download is kept and will be resumed. [ESP-703]");
    assertThat(target()).doesNotExist();
    assertThat(part()).hasSize(100_000);

    Downloads.fetch(published, folder(), settings());

    assertWhole();
    assertThat(ranges).endsWith("bytes=100000-");
  }

  @Test
  void serverWithoutRangesStartsAgain() throws IOException {
    serve(brokenOffAfter(100_000), IGNORES_RANGES);

    Downloads.fetch(published, folder(), settings());

    assertWhole();
  }

  @Test
  void aPartThatIsLongerThanTheFileIsOverwrittenToItsEnd() throws IOException {
    serve(IGNORES_RANGES);
    Files.createDirectories(folder());
    Files.write(part(), new byte[CONTENT.length + 1000]);

    Downloads.fetch(published, folder(), settings());

    assertWhole();
  }

  @Test
  void partThatIsWholeIsTaken() throws IOException {
    serve(status(416));
    Files.createDirectories(folder());
    Files.write(part(), CONTENT);

    Downloads.fetch(published, folder(), settings());

    assertWhole();
  }

  @Test
  void wrongBytesAreThrownAway() throws Exception {
    byte[] other = CONTENT.clone();
    other[200_000]++;
    serve((exchange, from) -> send(exchange, from, other, other.length - from), WHOLE);

    assertFails(
        "The download of {address} is not the publisher's file: its SHA-256 is "
            + sha256(other)
            + " where "
            + sha256(CONTENT)
            + " is expected. It was discarded. Try again later, or download it in another"
            + " way and put it at {target}. [ESP-703]");
    assertThat(target()).doesNotExist();
    assertThat(part()).isEmptyFile();

    Downloads.fetch(published, folder(), settings());

    assertWhole();
    assertThat(ranges).containsExactly("all", "all");
  }

  @Test
  void partOfAnotherFileEndsInAFreshStart() throws IOException {
    serve(WHOLE);
    Files.createDirectories(folder());
    Files.write(part(), new byte[1000]);

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Downloads.fetch(published, folder(), settings()));
    Downloads.fetch(published, folder(), settings());

    assertWhole();
    assertThat(ranges).containsExactly("bytes=1000-", "all");
  }

  @Test
  void anotherPartThanAskedForIsRefused() throws IOException {
    serve(
        brokenOffAfter(100_000),
        (exchange, from) -> send(exchange, from - 1, CONTENT, CONTENT.length - from + 1));

    assertFails(
        "{address} could not be downloaded: the server sends another range than was"
            + " requested. Try again: the partial download is kept and will be resumed."
            + " [ESP-703]");
    assertThat(part()).hasSize(100_000);
  }

  @Test
  void missingFileIsNotAskedForAgain() {
    serve(status(404));

    assertFails(
        "{address} could not be downloaded: the server answers 404. Check the network,"
            + " or download it in another way and put it at {target}. [ESP-703]");
    assertThat(ranges).hasSize(1);
  }

  @Test
  void serverThatIsAwayIsReported() {
    server.stop(0);

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Downloads.fetch(published, folder(), settings()))
        .withMessageStartingWith(
            published.address() + " could not be downloaded: Connection refused")
        .withMessageContaining("put it at " + target());
  }

  @Test
  void silentServerIsLeftAfterAWhile() {
    CountDownLatch left = new CountDownLatch(1);
    serve(
        (exchange, from) -> {
          send(exchange, from, CONTENT, 1000);
          try {
            left.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    DownloadSettings impatient =
        new DownloadSettings(false, null, 1, Duration.ofMillis(100), (bytes, total) -> {});

    try {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> Downloads.fetch(published, folder(), impatient))
          .withMessageContaining("Read timed out");
    } finally {
      left.countDown();
    }
    assertThat(target()).doesNotExist();
  }

  @Test
  void offlineTakesWhatIsThereAndAsksForNothing() throws IOException {
    serve(WHOLE);
    DownloadSettings offline = DownloadSettings.of(Map.of("ESPALIER_OFFLINE", "true"));

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Downloads.fetch(published, folder(), offline))
        .withMessage(
            target()
                + " does not exist, and the network may not be used. Unset ESPALIER_OFFLINE, or"
                + " download "
                + published.address()
                + " in another way and put it there. [ESP-703]");
    assertThat(folder()).doesNotExist();

    Files.createDirectories(folder());
    Files.write(target(), CONTENT);

    assertThat(Downloads.fetch(published, folder(), offline)).isEqualTo(target());
    assertThat(ranges).isEmpty();
  }

  @Test
  void damagedFileInTheCacheIsNamedNotReplaced() throws Exception {
    byte[] cut = Arrays.copyOf(CONTENT, 10);
    Files.createDirectories(folder());
    Files.write(target(), cut);

    assertFails(
        "{target} is not the publisher's file: its SHA-256 is "
            + sha256(cut)
            + ". Delete it to download it again. [ESP-703]");
    assertThat(target()).hasBinaryContent(cut);
  }

  @Test
  void twoDoNotWriteToOneFile() throws IOException {
    serve(WHOLE);
    Files.createDirectories(folder());
    try (FileChannel other =
            FileChannel.open(part(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = other.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertFails(
          "Another process is downloading {target} at this time. Wait until it has"
              + " finished, and try again. [ESP-703]");
    }
  }

  @Test
  void folderThatCannotBeMadeIsNamed() throws IOException {
    Files.write(folder(), new byte[1]);

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Downloads.fetch(published, folder(), settings()))
        .withMessageStartingWith(folder() + " cannot be written: ")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE));
  }

  @Test
  void mirrorHasTheFilesUnderTheirNamesInOneFolder() {
    serve(WHOLE);
    PublishedFile elsewhere =
        new PublishedFile(
            "data.bin",
            URI.create("https://example.invalid/models/v1/data.bin"),
            published.checksum(),
            0);
    String folder = published.address().toString().replaceFirst("/data.bin$", "");
    for (String mirror : List.of(folder, folder + "/")) {
      DownloadSettings settings = settings().mirror(URI.create(mirror));
      assertThat(settings.address(elsewhere)).isEqualTo(published.address());
      assertThat(Downloads.fetch(elsewhere, folder(), settings)).hasBinaryContent(CONTENT);
    }
    assertThat(ranges).hasSize(1); // the second time it was there
  }

  @Test
  void checksumMayBeMd5OrTheFirstDigitsOfSha256() throws Exception {
    serve(WHOLE);
    String md5 = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(CONTENT));
    for (Checksum checksum :
        List.of(Checksum.md5(md5), Checksum.sha256(sha256(CONTENT).substring(0, 8)))) {
      PublishedFile file = new PublishedFile("data.bin", published.address(), checksum, 0);
      assertThat(Downloads.fetch(file, folder(), settings())).hasBinaryContent(CONTENT);
      Files.write(target(), new byte[] {1});
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> Downloads.fetch(file, folder(), settings()))
          .withMessageContaining("its " + checksum.algorithm().title() + " is ");
      Files.delete(target());
    }
  }

  @Test
  void tooManyRequestsAreReportedAndNotRepeatedAtOnce() {
    serve(status(429));
    assertFails(
        "{address} could not be downloaded: the server answers 429. Check the network,"
            + " or download it in another way and put it at {target}. [ESP-703]");
    assertThat(ranges).hasSize(1);
  }

  @Test
  @ResourceLock(Resources.SYSTEM_PROPERTIES)
  void theProxyOfJavaIsAsked() throws IOException {
    serve(WHOLE);
    PublishedFile elsewhere =
        new PublishedFile(
            "data.bin",
            URI.create("http://weights.invalid/data.bin"),
            published.checksum(),
            CONTENT.length);
    System.setProperty("http.proxyHost", server.getAddress().getAddress().getHostAddress());
    System.setProperty("http.proxyPort", Integer.toString(server.getAddress().getPort()));
    try {
      Downloads.fetch(elsewhere, folder(), settings());
    } finally {
      System.clearProperty("http.proxyHost");
      System.clearProperty("http.proxyPort");
    }
    assertWhole();
  }

  @Test
  void redirectIsFollowed() {
    serve(WHOLE);
    server.createContext(
        "/moved",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Location", published.address().toString());
            exchange.sendResponseHeaders(302, -1);
          }
        });
    PublishedFile moved =
        new PublishedFile(
            "data.bin", published.address().resolve("/moved"), published.checksum(), 0);
    assertThat(Downloads.fetch(moved, folder(), settings())).hasBinaryContent(CONTENT);
  }
}
