package dev.espalier.server;

import static dev.espalier.server.HttpAnswers.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageEncoder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class ClassificationServerTest {
  private static final int MAXIMUM_BYTES = 200_000;

  @TempDir static Path folder;

  private static Path model;
  private static ClassificationServer server;
  private static HttpAnswers http;

  @BeforeAll
  static void startServer() {
    model = TestModels.write(folder.resolve("rgb.safetensors"), List.of("red", "green", "blue"));
    Path other = TestModels.write(folder.resolve("other.safetensors"), List.of("a", "b", "c"));
    server =
        ClassificationServer.start(
            options ->
                options
                    .model("rgb", model)
                    .model("other", other)
                    .port(0)
                    .maximumBodyBytes(MAXIMUM_BYTES)
                    .maximumPixels(1_000_000)
                    .classifier(classifier -> classifier.engine("tensorflow")));
    http = new HttpAnswers(server.port());
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  private static byte[] png(int channel) {
    return ImageEncoder.png(TestModels.image(channel, 20, 30));
  }

  private static JsonArray results(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer).getAsJsonArray("results");
  }

  private static String best(com.google.gson.JsonElement result) {
    return result
        .getAsJsonObject()
        .getAsJsonArray("classes")
        .get(0)
        .getAsJsonObject()
        .get("class")
        .getAsString();
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String text) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(json(answer).get("error").getAsString()).contains(text);
  }

  @Test
  void anImageIsClassifiedAsByAClassifier() {
    JsonArray results = results(http.post("/v1/classify", "image/png", png(1)));
    JsonObject best =
        results.get(0).getAsJsonObject().getAsJsonArray("classes").get(0).getAsJsonObject();
    assertThat(best.get("class").getAsString()).isEqualTo("green");
    assertThat(best.get("label").getAsInt()).isEqualTo(1);
    try (Classifier classifier = Classifier.load(model, o -> o.engine("tensorflow"))) {
      assertThat(best.get("score").getAsFloat())
          .isEqualTo(
              classifier.classify(TestModels.image(1, 20, 30)).best().score(), offset(1e-6f));
    }
    assertThat(best(results(http.post("/v1/classify?model=other&top=2", png(2))).get(0)))
        .isEqualTo("c");
  }

  @Test
  void imagesOfAFormAndOfJsonAreAnsweredInTheirOrder() throws IOException {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    for (int i = 0; i < 3; i++) {
      form.write(
          ("--limit\r\nContent-Disposition: form-data; name=\"f"
                  + i
                  + "\"; filename=\""
                  + i
                  + ".png\"\r\nContent-Type: image/png\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      form.write(png(i));
      form.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    form.write("--limit--\r\n".getBytes(StandardCharsets.US_ASCII));
    JsonArray ofForm =
        results(
            http.post("/v1/classify", "multipart/form-data; boundary=limit", form.toByteArray()));
    assertThat(ofForm.asList().stream().map(ClassificationServerTest::best))
        .containsExactly("red", "green", "blue");

    String text = Base64.getEncoder().encodeToString(png(2));
    JsonArray ofJson =
        results(
            http.postJson(
                "/v1/classify",
                "{\"images\": [\"data:image/png;base64," + text + "\", \"bm8gaW1hZ2U=\"]}"));
    assertThat(best(ofJson.get(0))).isEqualTo("blue");
    assertThat(ofJson.get(1).getAsJsonObject().get("code").getAsString()).isEqualTo("ESP-304");
  }

  @Test
  void whatIsNotAnImageIsRefused() {
    HttpResponse<String> answer =
        http.post("/v1/classify", "image/png", "no image".getBytes(StandardCharsets.US_ASCII));
    assertProblem(answer, 400, "is not an image");
    assertThat(json(answer).get("code").getAsString()).isEqualTo("ESP-304");
    assertProblem(http.post("/v1/classify", new byte[0]), 400, "has no body");
    assertProblem(http.postJson("/v1/classify", "{"), 400, "The body is not JSON.");
    assertProblem(http.postJson("/v1/classify", "{\"images\": 3}"), 400, "not a list of images");
    assertProblem(http.postJson("/v1/classify", "[3]"), 400, "Image 0 of the JSON");
    assertProblem(http.postJson("/v1/classify", "[\"%\"]"), 400, "");
    assertProblem(
        http.post("/v1/classify", "multipart/form-data; boundary=x", new byte[10]), 400, "");
    assertProblem(http.post("/v1/classify?top=0", png(0)), 400, "top is \"0\"");
    assertProblem(http.post("/v1/classify?model=rgbb", png(0)), 404, "rgb, other");
    assertProblem(http.get("/nothing"), 404, "/nothing");
  }

  @Test
  void deeplyNestedJsonIsRefused() {
    assertProblem(http.postJson("/v1/classify", "[".repeat(50_000)), 400, "The body is not JSON.");
  }

  @Test
  void anImageWithTooManyPixelsIsRefusedThoughItsFileIsSmall() {
    byte[] bomb = ImageEncoder.png(new BufferedImage(4000, 4000, BufferedImage.TYPE_BYTE_BINARY));
    assertThat(bomb.length).isLessThan(MAXIMUM_BYTES);
    assertProblem(http.post("/v1/classify", bomb), 400, "4000");
  }

  @Test
  void aTruncatedImageDoesNotBreakTheServer() {
    byte[] whole = png(0);
    for (int length = 1; length < whole.length; length += 7) {
      assertThat(http.post("/v1/classify", Arrays.copyOf(whole, length)).statusCode())
          .isIn(200, 400);
    }
    assertThat(best(results(http.post("/v1/classify", whole)).get(0))).isEqualTo("red");
  }

  @Test
  void aRequestThatIsTooLargeIsRefused() {
    byte[] large = new byte[MAXIMUM_BYTES + 1];
    assertProblem(http.post("/v1/classify", large), 413, "larger than 200000 bytes");
    assertProblem(http.postJson("/v2/models/rgb/infer", " ".repeat(large.length)), 413, "larger");
    HttpResponse<String> ofUnknownLength =
        http.send(
            http.to("/v1/classify")
                .POST(
                    HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(large))));
    assertProblem(ofUnknownLength, 413, "larger than 200000 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/classify", "/v2/models/rgb/infer", "/nowhere"})
  void aClientThatSendsItsWholeBodyFirstStillGetsTheRefusal(String path) throws IOException {
    int length = 40_000_000; // more than what the buffers of both sockets take
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      send(socket, "POST " + path, "Content-Length: " + length);
      byte[] block = new byte[100_000];
      for (int sent = 0; sent < length; sent += block.length) {
        socket.getOutputStream().write(block);
      }
      send(socket, "GET /v1/models", "Connection: close");
      assertThat(everything(socket)).startsWith("HTTP/1.1 4").contains("HTTP/1.1 200 OK");
    }
  }

  @Test
  void aClientThatWaitsForPermissionToSendIsRefusedAtOnce() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      send(socket, "POST /v1/classify", "Content-Length: 40000000", "Expect: 100-continue");
      assertThat(everything(socket)).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void aRefusedClientThatStopsSendingIsCutOff() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      send(socket, "POST /v1/classify", "Content-Length: 40000000");
      socket.getOutputStream().write(new byte[100]);
      assertThat(everything(socket)).startsWith("HTTP/1.1 413");
    }
  }

  /** Sends the head of a request. */
  private static void send(Socket socket, String methodAndPath, String... headers)
      throws IOException {
    String head =
        methodAndPath + " HTTP/1.1\r\nHost: x\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
  }

  /** Reads until the server closes the connection, which must happen soon. */
  private static String everything(Socket socket) throws IOException {
    socket.setSoTimeout(5_000);
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/octet-stream", "multipart/form-data; boundary=x"})
  void aBodyThatDripsIsCutOff(String type) throws IOException, InterruptedException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      send(socket, "POST /v1/classify", "Content-Length: 100000", "Content-Type: " + type);
      InputStream answer = socket.getInputStream();
      for (int i = 0; i < 200 && answer.available() == 0; i++) {
        Thread.sleep(50);
        socket.getOutputStream().write('-');
      }
      assertThat(everything(socket)).startsWith("HTTP/1.1 408").contains("too slowly");
    }
  }

  @Test
  void abortedConnectionsDoNotBreakTheServer() throws IOException {
    assertAbortedConnectionsDoNotBreakTheServer(300);
  }

  @Test
  @Tag("slow")
  void tenThousandAbortedConnectionsDoNotBreakTheServer() throws IOException {
    assertAbortedConnectionsDoNotBreakTheServer(10_000);
  }

  private static void assertAbortedConnectionsDoNotBreakTheServer(int connections)
      throws IOException {
    byte[] start =
        "POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nabc"
            .getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < connections; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        socket.getOutputStream().write(start, 0, 1 + i % start.length);
        socket.setSoLinger(true, 0);
      }
    }
    assertThat(best(results(http.post("/v1/classify", png(2))).get(0))).isEqualTo("blue");
  }

  @Test
  void anExplanationIsAnImageOfTheSameSize() throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = http.postForBytes("/v1/explain?class=red", png(0));
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("image/png");
    BufferedImage drawn = ImageIO.read(new ByteArrayInputStream(answer.body()));
    assertThat(drawn.getHeight()).isEqualTo(20);
    assertThat(drawn.getWidth()).isEqualTo(30);
    assertProblem(http.post("/v1/explain?class=rad", png(0)), 400, "rad");
  }

  @Test
  void aModelIsReloadedOnlyFromTheSameMachine() throws IOException {
    InetAddress outer = addressOfThisMachineOnANetwork();
    Assumptions.assumeTrue(outer != null, "This machine has no address on a network.");
    try (ClassificationServer open =
        ClassificationServer.start(
            options ->
                options
                    .model("m", model)
                    .host("0.0.0.0")
                    .port(0)
                    .classifier(classifier -> classifier.engine("tensorflow")))) {
      HttpAnswers outside = new HttpAnswers(String.valueOf(outer.getHostAddress()), open.port());
      assertProblem(outside.post("/v1/models/m/reload", new byte[0]), 403, "only from the machine");
      assertThat(outside.get("/v1/models").statusCode()).isEqualTo(200);
      assertThat(new HttpAnswers(open.port()).post("/v1/models/m/reload", new byte[0]).statusCode())
          .isEqualTo(200);
    }
  }

  private static @Nullable InetAddress addressOfThisMachineOnANetwork() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .findFirst()
        .orElse(null);
  }

  @Test
  void aModelIsReplacedWhileRequestsAreAnswered() throws IOException, InterruptedException {
    Path replaced = Files.copy(model, folder.resolve("replaced.safetensors"));
    try (ClassificationServer own =
        ClassificationServer.start(
            options ->
                options
                    .model("m", replaced)
                    .port(0)
                    .classifier(classifier -> classifier.engine("tensorflow")))) {
      HttpAnswers answers = new HttpAnswers(own.port());
      AtomicBoolean done = new AtomicBoolean();
      ConcurrentLinkedQueue<Integer> statuses = new ConcurrentLinkedQueue<>();
      Thread asking =
          new Thread(
              () -> {
                while (!done.get()) {
                  statuses.add(answers.post("/v1/classify", png(0)).statusCode());
                }
              });
      asking.start();
      Files.copy(
          folder.resolve("other.safetensors"), replaced, StandardCopyOption.REPLACE_EXISTING);
      for (int i = 0; i < 3; i++) {
        assertThat(answers.post("/v1/models/m/reload", new byte[0]).statusCode()).isEqualTo(200);
      }
      assertThat(best(results(answers.post("/v1/classify", png(0))).get(0))).isEqualTo("a");
      Files.writeString(replaced, "damaged");
      assertThat(answers.post("/v1/models/m/reload", new byte[0]).statusCode()).isEqualTo(500);
      assertThat(best(results(answers.post("/v1/classify", png(1))).get(0))).isEqualTo("b");
      done.set(true);
      asking.join();
      assertThat(statuses).isNotEmpty().containsOnly(200);
    }
  }

  @Test
  void beyondTheLimitsClientsAreToldToComeBack() throws InterruptedException {
    try (ClassificationServer own =
        ClassificationServer.start(
            options ->
                options
                    .model("m", model)
                    .port(0)
                    .classifier(
                        classifier ->
                            classifier
                                .engine("tensorflow")
                                .batchSize(2)
                                .batchWait(Duration.ofSeconds(6))
                                .queueLimit(1)
                                .timeout(Duration.ofSeconds(3))))) {
      HttpAnswers answers = new HttpAnswers(own.port());
      // A batch of classifications waits for a second one, and a heat map waits behind it.
      CompletableFuture<HttpResponse<String>> waits = answers.postAsync("/v1/classify", png(0));
      Thread.sleep(1000);
      CompletableFuture<HttpResponse<String>> behind =
          answers.postAsync("/v1/explain?class=red", png(0));
      while (!answers.get("/metrics").body().contains("espalier_queue_images{model=\"m\"} 1.0")) {
        Thread.sleep(10);
      }
      HttpResponse<String> refused = answers.post("/v1/classify", png(0));
      assertProblem(refused, 429, "requests are waiting");
      assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
      assertProblem(waits.join(), 503, "did not answer within PT3S");
      assertProblem(behind.join(), 503, "did not answer within PT3S");
      assertThat(waits.join().headers().firstValue("Retry-After")).hasValue("1");
    }
  }

  @Test
  void aServerThatClosesAnswersWhatHasBegunAtOnce() throws InterruptedException {
    ClassificationServer own =
        ClassificationServer.start(
            options ->
                options
                    .model("m", model)
                    .port(0)
                    .classifier(
                        classifier ->
                            classifier
                                .engine("tensorflow")
                                .batchSize(2)
                                .batchWait(Duration.ofSeconds(5))));
    HttpAnswers answers = new HttpAnswers(own.port());
    // It waits for a second image, and none comes.
    CompletableFuture<HttpResponse<String>> begun = answers.postAsync("/v1/classify", png(1));
    Thread.sleep(500);
    long start = System.nanoTime();
    own.close();
    own.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    assertThat(best(results(begun.join()).get(0))).isEqualTo("green");
    assertThatExceptionOfType(java.io.UncheckedIOException.class)
        .isThrownBy(() -> answers.get("/v1/models"));
    own.awaitClose();
  }

  @Test
  void anAnswerThatIsBeingSentIsNotCutOff() throws IOException, InterruptedException {
    ClassificationServer own =
        ClassificationServer.start(
            options ->
                options
                    .model("m", model)
                    .port(0)
                    .classifier(classifier -> classifier.engine("tensorflow")));
    byte[] noise = new byte[2000 * 2000 * 3];
    new SplittableRandom(1).nextBytes(noise);
    byte[] image = ImageEncoder.jpeg(Image.wrap(2000, 2000, 3, noise), 0.5f);
    Thread closing = new Thread(own::close);
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), own.port()));
      OutputStream request = socket.getOutputStream();
      request.write(
          ("POST /v1/explain HTTP/1.0\r\nContent-Length: " + image.length + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      request.write(image);
      InputStream answer = socket.getInputStream();
      assertThat(answer.read()).isEqualTo('H'); // the request is answered, and most of it waits
      closing.start();
      closing.join(500);
      byte[] rest = answer.readAllBytes();
      int body = new String(rest, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
      BufferedImage drawn = ImageIO.read(new ByteArrayInputStream(rest, body, rest.length - body));
      assertThat(drawn.getHeight()).isEqualTo(2000);
      assertThat(rest).endsWith('I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82);
    }
    closing.join();
  }

  @Test
  void metricsCountRequestsBatchesAndErrors() {
    http.post("/v1/classify", png(0));
    http.post("/v1/classify", new byte[3]);
    String text = http.get("/metrics").body();
    assertThat(text)
        .containsPattern(
            "espalier_requests_seconds_bucket\\{method=\"POST\",route=\"/v1/classify\",status=\"200\",le=")
        .containsPattern(
            "espalier_requests_seconds_count\\{method=\"POST\",route=\"/v1/classify\",status=\"400\"")
        .containsPattern("espalier_batch_images_count\\{model=\"rgb\"\\} [1-9]")
        .containsPattern("espalier_queue_images\\{model=\"rgb\"\\} 0.0")
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void theDescriptionNamesEveryRouteAndNoOther() {
    JsonObject paths = json(http.get("/openapi.json")).getAsJsonObject("paths");
    assertThat(paths.keySet()).hasSize(16);
    for (String path : paths.keySet()) {
      for (String method : paths.getAsJsonObject(path).keySet()) {
        HttpResponse<String> answer =
            http.send(
                http.to(path.replace("{name}", "rgb"))
                    .method(
                        method.toUpperCase(java.util.Locale.ROOT),
                        HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).as(method + " " + path).isNotIn(404, 405, 500);
      }
    }
  }

  @Test
  void thePageNeedsNothingFromOutside() {
    HttpResponse<String> page = http.get("/");
    assertThat(page.headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'none';"));
    assertThat(page.body()).doesNotContain("http://", "https://", "src=\"//");
  }

  @Test
  void modelsAreListed() {
    JsonArray models = JsonParser.parseString(http.get("/v1/models").body()).getAsJsonArray();
    assertThat(models.get(0).getAsJsonObject().get("name").getAsString()).isEqualTo("rgb");
    assertThat(models.get(1).getAsJsonObject().getAsJsonArray("classes")).hasSize(3);
  }

  @Test
  void aServerThatCannotStartSaysWhy() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                ClassificationServer.start(
                    options ->
                        options
                            .model("m", model)
                            .port(server.port())
                            .classifier(classifier -> classifier.engine("tensorflow"))))
        .withMessageContaining("cannot listen on 127.0.0.1:" + server.port())
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ServerOptions.of(options -> {}))
        .withMessageContaining("There is no model to serve.");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ServerOptions.of(options -> options.model("a/b", model)))
        .withMessageContaining("cannot be named \"a/b\"");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ServerOptions.of(options -> options.model("m", model).port(70_000)))
        .withMessageContaining("There is no port 70000.");
  }
}
