package dev.espalier.guiceapp;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageDecoder;
import dev.espalier.error.EspalierException;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Answers {@code POST /classify} with an image as its body: the top classes, as JSON. */
final class ClassifierServer implements AutoCloseable {
  private static final int MAXIMUM_BYTES = 10_000_000;

  private final ClassifierService service;
  private final HttpServer server;

  @Inject
  ClassifierServer(ClassifierService service) throws IOException {
    this.service = service;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/classify", this::answer);
  }

  /** Starts to listen and returns the port. */
  int start() {
    server.start();
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(MAXIMUM_BYTES);
      try {
        Image picture = ImageDecoder.standard().decode(body, "the request");
        send(exchange, 200, new Gson().toJson(service.classify(picture)));
      } catch (EspalierException e) {
        send(exchange, 400, new Gson().toJson(e.problem()));
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
