package dev.espalier.cli.command;

import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.core.PluginRegistry;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FileNames;
import dev.espalier.server.ClassificationServer;
import dev.espalier.server.ServerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Answers requests over HTTP until the process is told to stop. */
@Command(
    name = "serve",
    header = "Answers requests over HTTP with trained models.",
    description = {
      "The page at / tries a model in a browser; POST /v1/classify takes images, /v2 is the Open "
          + "Inference Protocol, /metrics is for Prometheus, /openapi.json describes all of it.",
      "There is no authentication: by default only programs on this machine can connect. Ctrl-C or "
          + "SIGTERM ends it after the requests that have begun."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier serve --model runs/photos/best.safetensors",
      "  espalier serve --model pets=pets.safetensors --model birds=birds.safetensors"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class ServeCommand extends Subcommand {
  private final Served served = new Served();
  private final Limits limits = new Limits();
  private final EngineArguments engine = new EngineArguments();
  private final ConfigurationArguments arguments = new ConfigurationArguments();

  ServeCommand() {}

  /** What to serve and where. */
  static final class Served {
    @Option(
        names = "--model",
        paramLabel = "[NAME=]FILE",
        description =
            "Model file, and the name under which clients ask for it; by default the name of the"
                + " file. Repeatable: the first is for requests that name none.")
    List<String> models = new ArrayList<>();

    @Option(
        names = "--host",
        paramLabel = "ADDRESS",
        defaultValue = "127.0.0.1",
        description = "Address to listen on; 0.0.0.0 for all of this machine. Default: 127.0.0.1.")
    String host = "";

    @Option(
        names = "--port",
        paramLabel = "NUMBER",
        defaultValue = "8080",
        description = "Port to listen on; 0 for any free one. Default: 8080.")
    int port;

    Served() {}

    /** Returns the files by name, in the order of the options. */
    Map<String, Path> files() {
      if (models.isEmpty()) {
        throw new EspalierException(
            ErrorCode.INVALID_OPTION, "No model was given.", "Add --model with a model file.");
      }
      Map<String, Path> files = new LinkedHashMap<>();
      for (String model : models) {
        int equals = model.indexOf('=');
        Path file = FileNames.path(model.substring(equals + 1));
        String name =
            equals > 0
                ? model.substring(0, equals)
                : String.valueOf(file.getFileName()).replaceFirst("\\.[^.]+$", "");
        if (files.put(name, file) != null) {
          throw new EspalierException(
              ErrorCode.INVALID_OPTION,
              "Two models are named \"" + name + "\".",
              "Give each a name of its own: --model NAME=FILE.");
        }
      }
      return files;
    }
  }

  /** What the server takes. */
  static final class Limits {
    @Option(
        names = "--batch-size",
        paramLabel = "NUMBER",
        defaultValue = "8",
        description = "Largest number of images computed at once. Default: 8.")
    int batchSize;

    @Option(
        names = "--batch-wait",
        paramLabel = "MILLISECONDS",
        defaultValue = "0",
        description = "How long images wait for others to fill a batch. Default: 0.")
    int batchWait;

    @Option(
        names = "--queue-limit",
        paramLabel = "NUMBER",
        defaultValue = "64",
        description =
            "Largest number of images that wait; more are answered with 429. Default: 64.")
    int queueLimit;

    @Option(
        names = "--timeout",
        paramLabel = "SECONDS",
        defaultValue = "10",
        description = "Time within which a request is answered, or else with 503. Default: 10.")
    int timeout;

    @Option(
        names = "--max-bytes",
        paramLabel = "NUMBER",
        defaultValue = "20000000",
        description = "Largest request in bytes. Default: 20000000.")
    int maximumBytes;

    @Option(
        names = "--max-pixels",
        paramLabel = "NUMBER",
        defaultValue = "25000000",
        description = "Largest height times width of an image. Default: 25000000.")
    long maximumPixels;

    Limits() {}
  }

  @Override
  List<OptionGroup> groups() {
    return List.of(
        OptionGroup.of(OptionGroup.Concern.MODEL, served),
        OptionGroup.of(OptionGroup.Concern.SERVER, limits),
        OptionGroup.of(OptionGroup.Concern.ENGINE, EngineArguments.OPTIONS).with(engine),
        OptionGroup.of(OptionGroup.Concern.CONFIGURATION, arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    PluginRegistry registry = registry(arguments);
    ServerOptions options = options(engineSettings(registry, arguments, engine));
    try (ClassificationServer server = ClassificationServer.start(options, registry)) {
      Thread stop = new Thread(server::close, "espalier-stop");
      Runtime.getRuntime().addShutdownHook(stop);
      out()
          .println(
              "Serving "
                  + String.join(", ", options.models().keySet())
                  + " at http://"
                  + options.host()
                  + ":"
                  + server.port()
                  + "/");
      out().flush();
      server.awaitClose();
    }
    return 0;
  }

  private ServerOptions options(EngineSettings engineSettings) {
    return ServerOptions.of(
        options -> {
          served.files().forEach(options::model);
          options
              .host(served.host)
              .port(served.port)
              .maximumBodyBytes(limits.maximumBytes)
              .maximumPixels(limits.maximumPixels)
              .classifier(
                  classifier ->
                      classifier
                          .engineSettings(engineSettings)
                          .batchSize(limits.batchSize)
                          .batchWait(Duration.ofMillis(limits.batchWait))
                          .queueLimit(limits.queueLimit)
                          .timeout(Duration.ofSeconds(limits.timeout)));
        });
  }
}
