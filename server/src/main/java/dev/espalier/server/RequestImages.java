package dev.espalier.server;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageDecoder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.BadMessageException;

/**
 * Takes images from requests, within the limits of the server. Only as many are decoded at the same
 * time as there are processors, so that large images cannot fill the memory. Thread-safe.
 */
final class RequestImages {
  private final int maximumBytes;
  private final ImageDecoder decoder;
  private final Semaphore decoding = new Semaphore(Runtime.getRuntime().availableProcessors());

  /** An encoded image with a name for messages. */
  record Encoded(String name, ByteBuffer bytes) {
    Encoded(String name, byte[] bytes) {
      this(name, ByteBuffer.wrap(bytes));
    }
  }

  RequestImages(int maximumBytes, long maximumPixels) {
    this.maximumBytes = maximumBytes;
    this.decoder = ImageDecoder.standard().pixelLimit(maximumPixels).byteLimit(maximumBytes);
  }

  /** Reads the whole body. */
  byte[] body(Context request) {
    if (request.contentLength() > maximumBytes) {
      throw tooLarge();
    }
    try (InputStream stream = request.bodyInputStream()) {
      byte[] bytes = stream.readNBytes(maximumBytes + 1);
      if (bytes.length > maximumBytes) {
        throw tooLarge();
      }
      return bytes;
    } catch (IOException | BadMessageException e) {
      throw RequestProblem.unreadable("The body of the request could not be read.", e);
    }
  }

  private RequestProblem tooLarge() {
    return new RequestProblem(413, "The request is larger than " + maximumBytes + " bytes.");
  }

  /** Returns the images of a request: its body, the files of a form, or base64 texts in JSON. */
  List<Encoded> of(Context request) {
    String type = String.valueOf(request.contentType()).toLowerCase(Locale.ROOT);
    if (type.startsWith("multipart/form-data")) {
      return ofForm(request);
    }
    byte[] body = body(request);
    if (type.startsWith("application/json")) {
      return ofJson(body);
    }
    if (body.length == 0) {
      throw RequestProblem.badRequest("The request has no body; send an image.");
    }
    return List.of(new Encoded("image", body));
  }

  private List<Encoded> ofForm(Context request) {
    if (request.contentLength() > maximumBytes) {
      throw tooLarge();
    }
    List<Encoded> images = new ArrayList<>();
    for (UploadedFile file : uploaded(request)) {
      try (InputStream content = file.content()) {
        images.add(new Encoded(file.filename(), content.readAllBytes()));
      } catch (IOException e) {
        throw RequestProblem.badRequest("The form could not be read.");
      }
    }
    if (images.isEmpty()) {
      throw RequestProblem.badRequest("The form has no file.");
    }
    return images;
  }

  private List<UploadedFile> uploaded(Context request) {
    try {
      return request.uploadedFiles();
    } catch (Exception e) { // undeclared checked ones too, since Javalin is written in Kotlin
      // Jetty has no type of its own for a form beyond the limit.
      throw String.valueOf(e.getMessage()).contains("exceeds")
          ? tooLarge()
          : RequestProblem.unreadable("The form is malformed.", e);
    }
  }

  private static List<Encoded> ofJson(byte[] body) {
    JsonElement json = parsed(body);
    JsonElement list = json;
    if (json instanceof JsonObject object && object.has("images")) {
      list = object.get("images");
    }
    if (!(list instanceof JsonArray texts) || texts.isEmpty()) {
      throw RequestProblem.badRequest(
          "The JSON is not a list of images: {\"images\": [\"BASE64\", ...]}.");
    }
    List<Encoded> images = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      JsonElement text = texts.get(i);
      if (!text.isJsonPrimitive() || !text.getAsJsonPrimitive().isString()) {
        throw RequestProblem.badRequest("Image " + i + " of the JSON is not a text in base64.");
      }
      images.add(new Encoded("image " + i, base64(text.getAsString(), "Image " + i)));
    }
    return images;
  }

  static JsonElement parsed(byte[] body) {
    try {
      return JsonParser.parseString(new String(body, StandardCharsets.UTF_8));
    } catch (JsonParseException | StackOverflowError e) {
      throw RequestProblem.badRequest("The body is not JSON.");
    }
  }

  static byte[] base64(String text, String what) {
    int start = text.startsWith("data:") ? text.indexOf(',') + 1 : 0;
    try {
      return Base64.getMimeDecoder().decode(text.substring(start));
    } catch (IllegalArgumentException e) {
      throw RequestProblem.badRequest(what + " is not base64.");
    }
  }

  /**
   * Decodes an image.
   *
   * @throws EspalierException {@code INVALID_IMAGE}; {@code INTERRUPTED}
   */
  Image decode(Encoded encoded) {
    try {
      decoding.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EspalierException(
          ErrorCode.INTERRUPTED, "The server is stopping.", "Ask again later.", e);
    }
    try {
      return decoder.decode(encoded.bytes().array(), encoded.name());
    } finally {
      decoding.release();
    }
  }
}
