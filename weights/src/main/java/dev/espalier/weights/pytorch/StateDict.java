package dev.espalier.weights.pytorch;

import dev.espalier.weights.internal.WeightFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Finds the weights in what was saved: either a dictionary of tensors, or a checkpoint of a
 * training that has one beside the optimizer's state and other things.
 *
 * @param entry the path in the checkpoint, such as {@code state_dict}; empty for a plain dictionary
 * @param architecture the name of the model, which timm's trainings store; empty if it is not there
 */
record StateDict(String entry, String architecture, Map<String, PickledTensor> tensors) {
  /**
   * Where trainings put weights. Moving averages come first: they are what is evaluated and
   * published.
   */
  private static final List<String> ENTRIES =
      List.of(
          "state_dict_ema",
          "model_ema",
          "ema_state_dict",
          "ema",
          "state_dict",
          "model_state_dict",
          "model",
          "module",
          "net",
          "weights");

  /** What wrappers of modules put before each name. */
  private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.", "model.");

  private static final int DEEPEST = 4;
  private static final int LISTED = 10;

  static StateDict find(WeightFile file, Object saved) {
    file.at("the object that was saved");
    if (!(saved instanceof Map<?, ?> root)) {
      throw file.refused(
          "contains " + described(saved) + ", not the weights of a model",
          "Save the dictionary of weights in PyTorch: torch.save(model.state_dict(),"
              + " \"weights.pth\").");
    }
    String entry = "";
    Map<?, ?> level = root;
    for (int depth = 0; depth < DEEPEST; depth++) {
      Map<String, PickledTensor> tensors = tensors(level);
      if (!tensors.isEmpty()) {
        String architecture = root.get("arch") instanceof String name ? name : "";
        return new StateDict(entry, architecture, unwrapped(tensors));
      }
      String next = null;
      for (String name : ENTRIES) {
        if (next == null && level.get(name) instanceof Map<?, ?> inner && !inner.isEmpty()) {
          next = name;
        }
      }
      if (next == null || !(level.get(next) instanceof Map<?, ?> inner)) {
        break;
      }
      entry = entry.isEmpty() ? next : entry + "." + next;
      level = inner;
    }
    throw file.refused(
        "contains no weights where checkpoints have them; at its "
            + (entry.isEmpty() ? "top" : "\"" + entry + "\"")
            + " are "
            + level.keySet().stream()
                .limit(LISTED)
                .map(key -> "\"" + key + "\"")
                .collect(Collectors.joining(", ")),
        "Save the weights alone in PyTorch: torch.save(checkpoint[...], \"weights.pth\") with the"
            + " entry that has them. Known entries are "
            + String.join(", ", ENTRIES)
            + ".");
  }

  private static Map<String, PickledTensor> tensors(Map<?, ?> level) {
    Map<String, PickledTensor> tensors = new LinkedHashMap<>();
    level.forEach(
        (key, value) -> {
          // A checkpoint may have a tensor of its own, such as that of a random generator.
          if (key instanceof String name && value instanceof PickledTensor tensor) {
            tensors.put(name, tensor);
          }
        });
    boolean wraps =
        ENTRIES.stream()
            .anyMatch(entry -> level.get(entry) instanceof Map<?, ?> inner && !inner.isEmpty());
    return wraps ? Map.of() : tensors;
  }

  private static Map<String, PickledTensor> unwrapped(Map<String, PickledTensor> tensors) {
    Map<String, PickledTensor> named = new LinkedHashMap<>(tensors);
    // The number of updates of the averages, which stands beside the weights in torch's own.
    if (named.keySet().stream().anyMatch(name -> name.startsWith("module."))) {
      named.remove("n_averaged");
    }
    for (String wrapper : WRAPPERS) {
      if (named.keySet().stream().allMatch(name -> name.startsWith(wrapper))) {
        Map<String, PickledTensor> inner = new LinkedHashMap<>();
        named.forEach((name, tensor) -> inner.put(name.substring(wrapper.length()), tensor));
        named = inner;
      }
    }
    return named;
  }

  private static String described(Object saved) {
    if (saved instanceof PickledTensor) {
      return "a single tensor";
    }
    return saved instanceof List<?> list
        ? "a list of " + list.size() + " values"
        : "a single value";
  }
}
