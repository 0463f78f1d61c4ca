package dev.espalier.engine.tensorflow;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.ExportFormat;
import dev.espalier.plugin.ExportRequest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.SavedModel;

/**
 * TensorFlow's SavedModel: a folder with a graph, in which the weights are constants, and the
 * metadata of the model.
 *
 * @param provider loads TensorFlow, which writes the graph
 */
record SavedModelFormat(TensorFlowEngineProvider provider) implements ExportFormat {
  static final String FLOAT = "float";
  static final OptionDescription<String> INPUT =
      OptionDescription.choice(
              "input",
              List.of("uint8", FLOAT),
              "Images that the exported model takes, [batch, height, width, channels]: uint8, or"
                  + " float from 0 to 255.")
          .withDefault("uint8");

  /** What the format calls the file with the graph. */
  static final String GRAPH = "saved_model.pb";

  /** What the format leaves to those who write it. */
  static final String EXTRA = "assets.extra";

  static final String METADATA = "metadata.json";

  /** Room below the limit for everything that is not a weight. */
  private static final long LARGEST = Integer.MAX_VALUE - (64L << 20);

  @Override
  public String name() {
    return "saved-model";
  }

  @Override
  public String description() {
    return "A SavedModel folder, for TensorFlow, Keras and TensorFlow Serving.";
  }

  @Override
  public List<OptionDescription<?>> options() {
    return List.of(INPUT);
  }

  @Override
  public void write(ExportRequest request, Path target) throws IOException {
    requireSmall(request);
    provider.load(request.engines().optionsFor(provider));
    boolean floats = request.options().get(INPUT).equals(FLOAT);
    SavedModel saved = SavedModelGraph.of(request, floats);
    Path extra = Files.createDirectories(target.resolve(EXTRA));
    try (OutputStream stream =
        new BufferedOutputStream(Files.newOutputStream(target.resolve(GRAPH)))) {
      saved.writeTo(stream);
    }
    Files.writeString(extra.resolve(METADATA), metadata(request));
  }

  private static void requireSmall(ExportRequest request) {
    long bytes =
        request.program().variables().stream()
            .mapToLong(one -> one.shape().elementCount() * one.type().dataType().bytes())
            .sum();
    if (bytes > LARGEST) {
      throw new EspalierException(
          ErrorCode.NOT_EXPORTABLE,
          "The weights of the model have "
              + bytes
              + " bytes; the graph of a SavedModel may have "
              + Integer.MAX_VALUE
              + ".",
          "Export a smaller model, or to ONNX with weights in half precision.");
    }
  }

  private static String metadata(ExportRequest request) {
    Map<String, Object> metadata = new LinkedHashMap<>(request.metadata());
    if (!request.model().classNames().isEmpty()) {
      metadata.put("class_names", request.model().classNames());
    }
    Gson gson = new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();
    return gson.toJson(metadata) + "\n";
  }
}
