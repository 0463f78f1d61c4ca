package dev.espalier.server;

import static dev.espalier.server.HttpAnswers.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Open Inference Protocol, as its clients use it. */
@Tag("native")
class InferenceProtocolTest {
  private static final String INFER = "/v2/models/rgb/infer";

  @TempDir static Path folder;

  private static ClassificationServer server;
  private static HttpAnswers http;

  @BeforeAll
  static void startServer() {
    Path model =
        TestModels.write(folder.resolve("rgb.safetensors"), List.of("red", "green", "blue"));
    server =
        ClassificationServer.start(
            options ->
                options
                    .model("rgb", model)
                    .port(0)
                    .classifier(classifier -> classifier.engine("tensorflow")));
    http = new HttpAnswers(server.port());
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  private static List<String> classes(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonArray outputs = json(answer).getAsJsonArray("outputs");
    JsonObject classes = outputs.get(outputs.size() - 1).getAsJsonObject();
    assertThat(classes.get("name").getAsString()).isEqualTo("class");
    return classes.getAsJsonArray("data").asList().stream().map(e -> e.getAsString()).toList();
  }

  private static String request(String input) {
    return "{\"id\": \"7\", \"inputs\": [" + input + "]}";
  }

  private static String bytes(byte[]... files) {
    StringBuilder data = new StringBuilder();
    for (byte[] file : files) {
      data.append(data.length() == 0 ? "" : ",")
          .append('"')
          .append(Base64.getEncoder().encodeToString(file))
          .append('"');
    }
    return "{\"name\": \"image\", \"datatype\": \"BYTES\", \"shape\": ["
        + files.length
        + "], \"data\": ["
        + data
        + "]}";
  }

  private static byte[] png(int channel) {
    return ImageEncoder.png(TestModels.image(channel, 9, 12));
  }

  @Test
  void healthAndMetadataAreAnswered() {
    assertThat(json(http.get("/v2/health/live")).get("live").getAsBoolean()).isTrue();
    assertThat(json(http.get("/v2/health/ready")).get("ready").getAsBoolean()).isTrue();
    assertThat(json(http.get("/v2/models/rgb/ready")).get("ready").getAsBoolean()).isTrue();
    assertThat(json(http.get("/v2")).get("name").getAsString()).isEqualTo("espalier");
    JsonObject model = json(http.get("/v2/models/rgb/versions/1"));
    assertThat(model.getAsJsonArray("inputs").toString())
        .isEqualTo("[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[-1]}]");
    assertThat(model.getAsJsonArray("outputs").get(0).toString())
        .isEqualTo("{\"name\":\"scores\",\"datatype\":\"FP32\",\"shape\":[-1,3]}");
    assertThat(http.get("/v2/models/none").statusCode()).isEqualTo(404);
  }

  @Test
  void encodedImagesAreBytes() {
    HttpResponse<String> answer = http.postJson(INFER, request(bytes(png(2), png(0))));
    assertThat(classes(answer)).containsExactly("blue", "red");
    JsonObject body = json(answer);
    assertThat(body.get("id").getAsString()).isEqualTo("7");
    assertThat(body.get("model_name").getAsString()).isEqualTo("rgb");
    JsonObject scores = body.getAsJsonArray("outputs").get(0).getAsJsonObject();
    assertThat(scores.get("shape").toString()).isEqualTo("[2,3]");
    assertThat(scores.getAsJsonArray("data")).hasSize(6);
  }

  @Test
  void pixelsAreBytesOrFloatsFlatOrNested() {
    String uint8 =
        "{\"name\": \"image\", \"datatype\": \"UINT8\", \"shape\": [1, 1, 2, 3],"
            + " \"data\": [0, 200, 0, 0, 200, 0]}";
    assertThat(classes(http.postJson(INFER, request(uint8)))).containsExactly("green");
    String fp32 =
        "{\"name\": \"image\", \"datatype\": \"FP32\", \"shape\": [2, 1, 1, 3],"
            + " \"data\": [[[[200.4, 0, 0]]], [[[0, 0, 255.0]]]]}";
    assertThat(classes(http.postJson(INFER, request(fp32)))).containsExactly("red", "blue");
  }

  @Test
  void binaryTensorsFollowTheJson() throws IOException {
    Image image = TestModels.image(1, 4, 5);
    byte[] pixels = new byte[60];
    image.copyTo(pixels, 0);
    assertThat(classes(binary("\"datatype\": \"UINT8\", \"shape\": [1, 4, 5, 3]", pixels)))
        .containsExactly("green");

    ByteArrayOutputStream prefixed = new ByteArrayOutputStream();
    for (int channel : new int[] {2, 1}) {
      byte[] file = png(channel);
      prefixed.write(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(file.length).array());
      prefixed.write(file);
    }
    assertThat(classes(binary("\"datatype\": \"BYTES\", \"shape\": [2]", prefixed.toByteArray())))
        .containsExactly("blue", "green");
    assertThat(
            binary("\"datatype\": \"BYTES\", \"shape\": [1]", new byte[] {9, 0, 0, 0, 1})
                .statusCode())
        .isEqualTo(400);
  }

  private static HttpResponse<String> binary(String description, byte[] data) throws IOException {
    byte[] header =
        request(
                "{\"name\": \"image\", "
                    + description
                    + ", \"parameters\": {\"binary_data_size\": "
                    + data.length
                    + "}}")
            .getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(header);
    body.write(data);
    return http.send(
        http.to(INFER)
            .header("Inference-Header-Content-Length", Integer.toString(header.length))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())));
  }

  @Test
  void onlyTheOutputsThatAreAskedForAreReturned() {
    String asked = "{\"inputs\": [" + bytes(png(0)) + "], \"outputs\": [{\"name\": \"class\"}]}";
    assertThat(json(http.postJson(INFER, asked)).getAsJsonArray("outputs")).hasSize(1);
    HttpResponse<String> unknown = http.postJson(INFER, asked.replace("\"class\"", "\"classs\""));
    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(json(unknown).get("error").getAsString()).contains("[scores, class]");
  }

  @Test
  void whatDoesNotFitIsRefusedWithASentence() {
    String[][] cases = {
      {"{}", "takes one input"},
      {"[]", "not a JSON object"},
      {request("{\"name\": \"image\"}"), "has no datatype"},
      {request("{\"datatype\": \"INT64\", \"shape\": [1]}"), "INT64"},
      {request("{\"datatype\": \"BYTES\", \"shape\": [2], \"data\": [\"\"]}"), "does not fit 1"},
      {request("{\"datatype\": \"BYTES\", \"shape\": [-1], \"data\": []}"), "not one of sizes"},
      {request("{\"datatype\": \"BYTES\", \"shape\": [1], \"data\": [\"AAAA\"]}"), "image"},
      {request("{\"datatype\": \"UINT8\", \"shape\": [3], \"data\": [1, 2, 3]}"), "shape"},
      {request("{\"datatype\": \"UINT8\", \"shape\": [1, 1, 1, 3], \"data\": [1]}"), "3 elements"},
      {
        request("{\"datatype\": \"UINT8\", \"shape\": [1, 1, 1, 3], \"data\": [1, 2, 300]}"),
        "from 0 to 255"
      },
      {
        request("{\"datatype\": \"FP32\", \"shape\": [1, 1, 1, 3], \"data\": [1, \"x\", 3]}"),
        "not numbers"
      },
      {
        request("{\"datatype\": \"UINT8\", \"shape\": [999999, 999999, 999999, 9], \"data\": [1]}"),
        "elements"
      },
      {request("{\"datatype\": \"UINT8\", \"shape\": [1, 1, 1, 1], \"data\": [1]}"), "channels"}
    };
    for (String[] one : cases) {
      HttpResponse<String> answer = http.postJson(INFER, one[0]);
      assertThat(answer.statusCode()).as(one[0]).isEqualTo(400);
      assertThat(json(answer).get("error").getAsString()).contains(one[1]);
    }
  }
}
