package dev.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.HostArray;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Layer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ModelSurgeryPropertyTest {
  @Property(tries = 60)
  void layersThatAreNotTouchedKeepTheirWeightsAndFlags(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int operations) {
    Random random = new Random(seed);
    Model model =
        ModelSurgeryTest.nested().freeze(random.nextBoolean() ? "base/middle" : "base/first");
    Map<String, HostArray> weights = new HashMap<>(model.weights().asMap());
    Set<String> frozen = frozen(model);
    int layers = model.allLayers().size();
    for (int i = 0; i < operations; i++) {
      List<ModelLayer> all = model.allLayers();
      ModelLayer chosen = all.get(random.nextInt(all.size()));
      String path = chosen.path();
      boolean input = chosen.output().inputs().isEmpty();
      // As wide as what it stands after or in the place of, so that the layers after it still fit.
      int width = chosen.outputShape().size(-1);
      Layer fresh = Dense.of(width).named("new" + i);
      switch (random.nextInt(5)) {
        case 0 -> {
          String parent = path.substring(0, path.length() - chosen.name().length());
          model = model.renameLayer(path, "renamed" + i);
          weights = moved(weights, path + "/", parent + "renamed" + i + "/");
          frozen = movedPaths(frozen, path, parent + "renamed" + i);
        }
        case 1 -> {
          model = model.insertAfter(path, fresh);
          layers++;
        }
        case 2 -> {
          if (!input) {
            int before = chosen.output().inputs().get(0).shape().size(-1);
            model = model.insertBefore(path, Dense.of(before).named("new" + i));
            layers++;
          }
        }
        case 3 -> {
          if (chosen.name().startsWith("new")) {
            model = model.removeLayer(path);
            layers--;
          }
        }
        default -> {
          if (!input && !(chosen.layer() instanceof Model)) {
            model = model.replaceLayer(path, Dense.of(width));
            weights.keySet().removeIf(name -> name.startsWith(path + "/"));
            frozen.remove(path);
          }
        }
      }
      assertThat(model.weights().asMap()).isEqualTo(weights);
      assertThat(frozen(model)).isEqualTo(frozen);
      assertThat(model.allLayers()).hasSize(layers);
      assertThat(model.allLayers()).extracting(ModelLayer::path).doesNotHaveDuplicates();
    }
  }

  private static Set<String> frozen(Model model) {
    return model.allLayers().stream()
        .filter(layer -> !layer.trainable())
        .map(ModelLayer::path)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static Map<String, HostArray> moved(
      Map<String, HostArray> weights, String from, String to) {
    Map<String, HostArray> result = new HashMap<>();
    weights.forEach(
        (name, array) ->
            result.put(name.startsWith(from) ? to + name.substring(from.length()) : name, array));
    return result;
  }

  private static Set<String> movedPaths(Set<String> paths, String from, String to) {
    return paths.stream()
        .map(
            path ->
                path.equals(from) || path.startsWith(from + "/")
                    ? to + path.substring(from.length())
                    : path)
        .collect(Collectors.toCollection(HashSet::new));
  }
}
