package dev.espalier.model;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.layer.LayerOutput;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path of an output: the path of its layer, and the index of the output, such as {@code
 * base/split:1}. Layer names contain no colon.
 *
 * @param layer the path of the layer
 * @param index of the output; -1 if the path names the layer alone
 */
record OutputPath(String layer, int index) {
  private static final Pattern WITH_INDEX = Pattern.compile("(.+):(\\d{1,9})");

  /**
   * Reads the path of an output of a model.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_LAYER} if there is no such layer or output
   */
  static OutputPath of(Model model, String path) {
    Matcher matcher = WITH_INDEX.matcher(path);
    if (!matcher.matches()) {
      model.layer(path);
      return new OutputPath(path, -1);
    }
    String layer = matcher.group(1);
    List<LayerOutput> outputs = model.layer(layer).outputs();
    int index = Integer.parseInt(matcher.group(2));
    if (outputs.size() == 1 || index >= outputs.size()) {
      String prefix = layer.substring(0, layer.lastIndexOf('/') + 1);
      throw NearestNames.unknown(
          ErrorCode.UNKNOWN_LAYER,
          "output of the layer " + layer,
          path,
          outputs.stream().map(output -> prefix + output.outputName()).toList());
    }
    return new OutputPath(layer, index);
  }

  /** Returns the outputs that are meant, of a use of the layer. */
  List<LayerOutput> of(LayerOutput node) {
    return index < 0 ? node.outputs() : List.of(node.outputs().get(index));
  }

  /**
   * Returns the index of the one output that is meant.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_MODEL} if the layer has several
   */
  int only(LayerOutput node) {
    if (index < 0 && node.outputs().size() > 1) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layer \"" + layer + "\" has several outputs: " + node.outputs() + ".",
          "Name one of them, such as \"" + layer + ":0\".");
    }
    return Math.max(0, index);
  }
}
