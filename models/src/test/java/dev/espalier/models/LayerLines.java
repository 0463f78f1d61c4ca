package dev.espalier.models;

import dev.espalier.graph.Variable;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.LayerOutput;
import dev.espalier.model.Model;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes a model down, a line for each layer: name, type, shape, parameters, inputs, rate. */
final class LayerLines {
  private LayerLines() {}

  static List<String> of(Model model) {
    Map<String, Long> parameters = new HashMap<>();
    for (Variable variable : model.variables()) {
      String layer = variable.name().substring(0, variable.name().lastIndexOf('/'));
      parameters.merge(layer, variable.shape().elementCount(), Long::sum);
    }
    List<String> lines = new ArrayList<>();
    for (LayerOutput node : model.nodes()) {
      String rate =
          node.plainLayer() instanceof Dropout dropout
              ? String.format(Locale.ROOT, " rate %.9f", dropout.rate())
              : "";
      lines.add(
          node.name()
              + " "
              + node.layer().typeName()
              + " "
              + node.shape()
              + " "
              + parameters.getOrDefault(String.valueOf(node.name()), 0L)
              + " "
              + node.inputs().stream().map(LayerOutput::name).toList()
              + rate);
    }
    return lines;
  }

  static String sha256(List<String> lines) {
    String text = String.join("\n", lines) + "\n";
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
