package dev.espalier.server;

import com.google.gson.JsonObject;
import dev.espalier.core.PluginRegistry;
import dev.espalier.engine.Engine;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.SizeUnit;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.FilterHolder;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests over HTTP with trained models.
 *
 * <pre>{@code
 * try (ClassificationServer server =
 *     ClassificationServer.start(options -> options.model("pets", Path.of("best.safetensors")))) {
 *   server.awaitClose();
 * }
 * }</pre>
 *
 * <ul>
 *   <li>{@code POST /v1/classify}: an image as body, files of a form, or JSON with images in
 *       base64; {@code POST /v1/explain}: the image with a heat map; {@code GET /v1/models}; {@code
 *       POST /v1/models/NAME/reload}
 *   <li>{@code /v2/...}: the Open Inference Protocol
 *   <li>{@code GET /metrics} for Prometheus, {@code GET /openapi.json}, and a page for people at
 *       {@code /}
 * </ul>
 *
 * <p>There is no authentication: listen on the loopback address, or behind a proxy that has one.
 * Each request is logged by {@code dev.espalier.server.access} as a line of JSON. Thread-safe.
 */
public final class ClassificationServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClassificationServer.class);
  private static final Logger access = LoggerFactory.getLogger("dev.espalier.server.access");

  private static final String START = "start";
  private static final int THREADS = 200;
  private static final int SLOWEST_BYTES_PER_SECOND = 500;
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final String CONTENT_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src 'self'"
          + " blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'";

  private final ServerOptions options;
  private final Engine engine;
  private final ServedModels models = new ServedModels();
  private final ServerMetrics metrics = new ServerMetrics();
  private final RequestImages images;
  private final Javalin javalin;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private ClassificationServer(ServerOptions options, PluginRegistry registry) {
    this.options = options;
    this.engine = registry.openEngine(options.classifier().engineSettings().forInference());
    this.images = new RequestImages(options.maximumBodyBytes(), options.maximumPixels());
    try {
      options
          .models()
          .forEach(
              (name, file) -> {
                ServedModel model =
                    new ServedModel(
                        name,
                        file,
                        options
                            .classifier()
                            .with(
                                classifier ->
                                    classifier.listener(
                                        (count, waiting, time) ->
                                            metrics.batch(name, count, time))),
                        registry,
                        engine);
                models.add(model);
                metrics.queue(model, one -> one.classifier().waiting());
              });
      this.javalin = Javalin.create(this::configure);
      addRoutes();
      javalin.start();
    } catch (RuntimeException e) {
      models.close();
      metrics.close();
      engine.close();
      throw e instanceof JavalinBindException ? portInUse(e) : e;
    }
    log.info("Listening on http://{}:{}/", options.host(), port());
  }

  private EspalierException portInUse(RuntimeException cause) {
    return new EspalierException(
        ErrorCode.INVALID_OPTION,
        "The server cannot listen on "
            + options.host()
            + ":"
            + options.port()
            + ": "
            + FailureReason.of(cause.getCause() == null ? cause : cause.getCause())
            + ".",
        "Choose another port, or 0 for any free one, and an address of this machine.",
        cause);
  }

  /**
   * Loads the models and starts to listen, with the plugins on the class path.
   *
   * @throws EspalierException as {@link dev.espalier.core.ModelFile#read} and {@link
   *     dev.espalier.core.classifier.Classifier#of}; {@code INVALID_OPTION} if the address cannot
   *     be listened on
   */
  public static ClassificationServer start(Consumer<? super ServerOptions.Builder> settings) {
    return start(ServerOptions.of(settings), PluginRegistry.discover());
  }

  /** Loads the models and starts to listen; see {@link #start(Consumer)}. */
  public static ClassificationServer start(ServerOptions options, PluginRegistry registry) {
    return new ClassificationServer(options, registry);
  }

  private void configure(JavalinConfig config) {
    config.showJavalinBanner = false;
    config.startupWatcherEnabled = false;
    config.useVirtualThreads = false;
    config.http.maxRequestSize = options.maximumBodyBytes();
    config.jetty.threadPool = new QueuedThreadPool(THREADS, 8);
    config.jetty.multipartConfig.maxTotalRequestSize(options.maximumBodyBytes(), SizeUnit.BYTES);
    config.jetty.multipartConfig.maxFileSize(options.maximumBodyBytes(), SizeUnit.BYTES);
    config.jetty.multipartConfig.maxInMemoryFileSize(options.maximumBodyBytes(), SizeUnit.BYTES);
    config.jetty.addConnector(
        (server, http) -> {
          http.setSendServerVersion(false);
          http.setMinRequestDataRate(SLOWEST_BYTES_PER_SECOND);
          ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
          connector.setHost(options.host());
          connector.setPort(options.port());
          connector.setIdleTimeout(IDLE.toMillis());
          return connector;
        });
    config.jetty.modifyServletContextHandler(
        handler ->
            handler.addFilter(
                new FilterHolder(this::count), "/*", EnumSet.of(DispatcherType.REQUEST)));
  }

  /** Counts a request until all of its answer is sent, so that closing does not cut it off. */
  private void count(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    running.incrementAndGet();
    try {
      chain.doFilter(request, response);
      response.getOutputStream().close(); // sends what is still buffered
      UnreadBody.discard(request);
    } finally {
      running.decrementAndGet();
    }
  }

  private void addRoutes() {
    ClassifyRoutes classify = new ClassifyRoutes(models, images);
    InferenceProtocol protocol = new InferenceProtocol(models, images);
    javalin.before(this::begin);
    javalin.after(this::end);
    javalin.get("/", request -> page(request, "index.html", "text/html; charset=utf-8"));
    javalin.get("/openapi.json", request -> page(request, "openapi.json", "application/json"));
    javalin.get("/metrics", metrics::scrape);
    javalin.get("/v1/models", classify::list);
    javalin.post("/v1/models/{name}/reload", classify::reload);
    javalin.post("/v1/classify", classify::classify);
    javalin.post("/v1/explain", classify::explain);
    javalin.get("/v2", protocol::server);
    javalin.get("/v2/health/live", request -> health(request, "live", true));
    javalin.get("/v2/health/ready", request -> health(request, "ready", !closing.get()));
    for (String model : new String[] {"/v2/models/{name}", "/v2/models/{name}/versions/1"}) {
      javalin.get(model, protocol::model);
      javalin.get(model + "/ready", protocol::modelReady);
      javalin.post(model + "/infer", protocol::infer);
    }
    javalin.exception(RequestProblem.class, ClassificationServer::refuse);
    javalin.exception(EspalierException.class, ClassificationServer::fail);
    javalin.exception(
        HttpResponseException.class,
        (e, request) ->
            refuse(new RequestProblem(e.getStatus(), String.valueOf(e.getMessage())), request));
    javalin.exception(Exception.class, ClassificationServer::unexpected);
  }

  private void begin(Context request) {
    request.attribute(START, System.nanoTime());
    if (closing.get() && !request.path().startsWith("/v2/health")) {
      throw new RequestProblem(503, "The server is stopping.");
    }
  }

  private void end(Context request) {
    Long start = request.attribute(START);
    long nanos = start == null ? 0 : System.nanoTime() - start;
    String route = request.endpointHandlerPath();
    int status = request.statusCode();
    metrics.request(request.method().name(), route, status, nanos);
    if (access.isInfoEnabled()) {
      JsonObject line = new JsonObject();
      line.addProperty("client", request.ip());
      line.addProperty("method", request.method().name());
      line.addProperty("path", request.path());
      line.addProperty("status", status);
      line.addProperty("milliseconds", nanos / 1_000_000);
      access.info("{}", line);
    }
  }

  private static void health(Context request, String what, boolean yes) {
    JsonObject answer = new JsonObject();
    answer.addProperty(what, yes);
    request.status(yes ? 200 : 503);
    Answers.json(request, answer);
  }

  private static void page(Context request, String resource, String type) throws IOException {
    try (InputStream stream = ClassificationServer.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("the resource " + resource + " is missing");
      }
      request
          .header("Content-Security-Policy", CONTENT_POLICY)
          .header("X-Content-Type-Options", "nosniff")
          .contentType(type)
          .result(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static void refuse(RequestProblem problem, Context request) {
    request.status(problem.status());
    Answers.json(request, RequestProblem.json(problem.problem()));
  }

  private static void fail(EspalierException error, Context request) {
    int status = RequestProblem.status(error.code());
    request.status(status);
    if (status == 429 || status == 503) {
      request.header("Retry-After", "1");
    }
    if (status >= 500 && status != 503) {
      log.warn("{} failed: {}", request.path(), error.getMessage());
    }
    Answers.json(request, RequestProblem.json(error));
  }

  /** What is in the message of another exception is nobody's business but the operator's. */
  private static void unexpected(Exception error, Context request) {
    log.warn("{} failed", request.path(), error);
    refuse(new RequestProblem(500, "The request could not be answered."), request);
  }

  /** Returns the port that the server listens on. */
  public int port() {
    return javalin.port();
  }

  /** Waits until the server was closed. */
  public void awaitClose() throws InterruptedException {
    closed.await();
  }

  /**
   * Refuses new requests with 503, waits for those that have begun, stops to listen and releases
   * the models. Closing twice has no effect.
   */
  @Override
  public void close() {
    if (closing.getAndSet(true)) {
      return;
    }
    models.stopGathering(); // No request comes that could fill a batch.
    long end = System.nanoTime() + options.shutdownTimeout().toNanos();
    boolean interrupted = false;
    while (running.get() > 0 && System.nanoTime() < end && !interrupted) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    javalin.stop();
    models.close();
    metrics.close();
    engine.close();
    closed.countDown();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
