package dev.espalier.callbacks;

import dev.espalier.callback.CallbackState;
import dev.espalier.metric.Goal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The best model files of a training. Immutable.
 *
 * @param models from the best to the worst; of equal ones, the earlier first
 */
record KeptModels(List<Kept> models) {
  private static final String PREFIX = "kept.";
  private static final String FILE = ".file";
  private static final String VALUE = ".value";

  static final KeptModels NONE = new KeptModels(List.of());

  KeptModels {
    models = List.copyOf(models);
  }

  /**
   * A model file.
   *
   * @param value by which models are compared, or null if it was unknown
   */
  record Kept(Path file, @Nullable Double value) {
    /** Returns the value, or null if any number is better. */
    @Nullable Double comparable() {
      return value == null || value.isNaN() ? null : value;
    }
  }

  /** Returns whether a model of this value is among the best {@code count}. */
  boolean admits(Monitor monitor, Goal goal, double value, int count) {
    if (models.size() < count) {
      return true;
    }
    return !Double.isNaN(value)
        && monitor.improves(goal, value, models.get(models.size() - 1).comparable());
  }

  /** Returns these models with another one, which replaces that of the same file. */
  KeptModels with(Kept model, Monitor monitor, Goal goal) {
    List<Kept> changed = new ArrayList<>(models);
    changed.removeIf(other -> other.file().equals(model.file()));
    Double value = model.comparable();
    int at = changed.size();
    while (value != null
        && at > 0
        && monitor.improves(goal, value, changed.get(at - 1).comparable())) {
      at--;
    }
    changed.add(at, model);
    return new KeptModels(changed);
  }

  /** Returns the best models. */
  KeptModels best(int count) {
    return new KeptModels(models.subList(0, Math.min(count, models.size())));
  }

  /** Returns the files of all models but the best. */
  List<Path> worse(int count) {
    return models.subList(Math.min(count, models.size()), models.size()).stream()
        .map(Kept::file)
        .toList();
  }

  /** Adds these models to the values of a state. */
  void addTo(Map<String, String> values) {
    for (int i = 0; i < models.size(); i++) {
      Kept model = models.get(i);
      values.put(PREFIX + i + FILE, model.file().toString());
      if (model.value() != null) {
        values.put(PREFIX + i + VALUE, model.value().toString());
      }
    }
  }

  /**
   * Returns the models of a state.
   *
   * @param template of their files; a checkpoint must not name others, which would be deleted
   */
  static KeptModels of(CallbackState state, FileNameTemplate template) {
    List<Kept> models = new ArrayList<>();
    for (int i = 0; ; i++) {
      String file = state.text(PREFIX + i + FILE);
      if (file == null) {
        return new KeptModels(models);
      }
      if (template.matches(file)) {
        models.add(new Kept(Path.of(file), state.number(PREFIX + i + VALUE)));
      }
    }
  }
}
