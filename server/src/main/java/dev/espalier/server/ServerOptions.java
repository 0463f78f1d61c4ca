package dev.espalier.server;

import dev.espalier.core.classifier.ClassifierOptions;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a {@link ClassificationServer} serves, where, and within which limits. Immutable.
 *
 * @param models the model files by the names under which clients ask for them; the first is the one
 *     for requests that name none
 * @param host address to listen on
 * @param port port to listen on; 0 for any free one
 * @param maximumBodyBytes largest request; larger ones are answered with 413
 * @param maximumPixels largest height times width of an image; larger ones are answered with 400
 *     before memory is allocated for their pixels
 * @param shutdownTimeout how long requests that have begun may take when the server is closed
 * @param classifier how each model is run; its queue limit is answered with 429, its timeout with
 *     503
 */
public record ServerOptions(
    Map<String, Path> models,
    String host,
    int port,
    int maximumBodyBytes,
    long maximumPixels,
    Duration shutdownTimeout,
    ClassifierOptions classifier) {
  /** What a name of a model may consist of, so that it can be part of an address. */
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]*";

  /** Checks names and ranges. */
  public ServerOptions {
    models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
    if (models.isEmpty()) {
      throw invalid("There is no model to serve.", "Name one or more model files.");
    }
    for (String name : models.keySet()) {
      if (!name.matches(NAME)) {
        throw invalid(
            "A served model cannot be named \"" + name + "\".",
            "Use letters, digits, dots, hyphens and underscores: NAME=FILE.");
      }
    }
    if (port < 0 || port > 65535) {
      throw invalid("There is no port " + port + ".", "Give 1 to 65535, or 0 for any free one.");
    }
    if (maximumBodyBytes < 1 || maximumPixels < 1 || shutdownTimeout.isNegative()) {
      throw invalid("A limit of the server is below 1.", "Give 1 or more.");
    }
  }

  private static EspalierException invalid(String problem, String remedy) {
    return new EspalierException(ErrorCode.INVALID_ARGUMENT, problem, remedy);
  }

  /**
   * Returns options that start from the defaults: the loopback address, port 8080, bodies of up to
   * 20 MB, images of up to 25 million pixels, a queue of 64 images for each model, answers within
   * 10 seconds.
   */
  public static ServerOptions of(Consumer<? super Builder> settings) {
    Builder builder = new Builder();
    settings.accept(builder);
    return builder.build();
  }

  /** Collects options. Not thread-safe. */
  public static final class Builder {
    private final Map<String, Path> models = new LinkedHashMap<>();
    private String host = "127.0.0.1";
    private int port = 8080;
    private int maximumBodyBytes = 20_000_000;
    private long maximumPixels = 25_000_000;
    private Duration shutdownTimeout = Duration.ofSeconds(20);
    private ClassifierOptions classifier =
        ClassifierOptions.of(options -> options.queueLimit(64).timeout(Duration.ofSeconds(10)));

    private Builder() {}

    /** Adds a model file under a name. */
    public Builder model(String name, Path file) {
      models.put(name, file);
      return this;
    }

    /** Sets the address to listen on; {@code 0.0.0.0} for all of the machine. */
    public Builder host(String address) {
      host = address;
      return this;
    }

    /** Sets the port to listen on; 0 for any free one. */
    public Builder port(int number) {
      port = number;
      return this;
    }

    /** Sets the largest request in bytes. */
    public Builder maximumBodyBytes(int bytes) {
      maximumBodyBytes = bytes;
      return this;
    }

    /** Sets the largest height times width of an image. */
    public Builder maximumPixels(long pixels) {
      maximumPixels = pixels;
      return this;
    }

    /** Sets how long requests that have begun may take when the server is closed. */
    public Builder shutdownTimeout(Duration time) {
      shutdownTimeout = time;
      return this;
    }

    /** Changes how each model is run, such as {@code options -> options.batchSize(8)}. */
    public Builder classifier(Consumer<? super ClassifierOptions.Builder> settings) {
      classifier = classifier.with(settings);
      return this;
    }

    private ServerOptions build() {
      return new ServerOptions(
          models, host, port, maximumBodyBytes, maximumPixels, shutdownTimeout, classifier);
    }
  }
}
