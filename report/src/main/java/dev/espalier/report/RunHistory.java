package dev.espalier.report;

import dev.espalier.training.History;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The epochs of a run in all its phases, as in tables and curves. Immutable.
 *
 * @param epochs in the order in which they ran
 */
public record RunHistory(List<Epoch> epochs) {
  /** Prefix of the values of the validation. */
  static final String VALIDATION = "val_";

  static final String LOSS = "loss";
  static final String RATE = "learning_rate";

  /** Copies the list. */
  public RunHistory {
    epochs = List.copyOf(epochs);
  }

  /**
   * One epoch.
   *
   * @param phase name of its phase, such as {@code head}
   * @param number counted from 1 across all phases
   * @param values loss, metrics and learning rate by name; those of the validation start with
   *     {@code val_}
   * @param seconds it took, validation included; NaN if unknown
   */
  public record Epoch(String phase, int number, Map<String, Double> values, double seconds) {
    /** Copies the map. */
    public Epoch {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Returns a value, NaN if the epoch does not have it. */
    public double value(String name) {
      return values.getOrDefault(name, Double.NaN);
    }
  }

  /** Returns a run without epochs. */
  public static RunHistory empty() {
    return new RunHistory(List.of());
  }

  /** Returns the epochs of a training in one phase, {@code train}, without their duration. */
  public static RunHistory of(History history) {
    return of("train", history, List.of());
  }

  /**
   * Returns the epochs of one phase.
   *
   * @param seconds that each epoch took, in the order of the epochs; those that are missing are
   *     unknown
   */
  public static RunHistory of(String phase, History history, List<Double> seconds) {
    List<Epoch> epochs = new ArrayList<>();
    for (History.Epoch epoch : history.epochs()) {
      int i = epochs.size();
      epochs.add(
          new Epoch(
              phase,
              epoch.index() + 1,
              epoch.values(),
              i < seconds.size() ? seconds.get(i) : Double.NaN));
    }
    return new RunHistory(epochs);
  }

  /** Returns these epochs followed by those of a later phase. */
  public RunHistory then(RunHistory later) {
    List<Epoch> all = new ArrayList<>(epochs);
    all.addAll(later.epochs);
    return new RunHistory(all);
  }

  /** Returns the names of the phases in their order. */
  public List<String> phases() {
    return epochs.stream().map(Epoch::phase).distinct().toList();
  }

  /** Returns the epochs of a phase. */
  public List<Epoch> epochsOf(String phase) {
    return epochs.stream().filter(epoch -> epoch.phase().equals(phase)).toList();
  }

  /**
   * Returns the names of loss and metrics without those of the validation: the loss first, then the
   * metrics in the order in which they first appeared. The learning rate is none of them.
   */
  public List<String> metrics() {
    Set<String> names = new LinkedHashSet<>();
    for (Epoch epoch : epochs) {
      for (String name : epoch.values().keySet()) {
        names.add(name.startsWith(VALIDATION) ? name.substring(VALIDATION.length()) : name);
      }
    }
    names.remove(RATE);
    List<String> ordered = new ArrayList<>(names);
    if (ordered.remove(LOSS)) {
      ordered.add(0, LOSS);
    }
    return List.copyOf(ordered);
  }

  /** Returns the first metric besides the loss, or the loss if there is no other. */
  String mainMetric() {
    return metrics().stream().filter(name -> !name.equals(LOSS)).findFirst().orElse(LOSS);
  }

  /** Returns whether any epoch has a value. */
  boolean has(String name) {
    return epochs.stream().anyMatch(epoch -> epoch.values().containsKey(name));
  }

  /** Returns the mean duration of an epoch, NaN if none is known. */
  double meanSeconds() {
    return epochs.stream()
        .mapToDouble(Epoch::seconds)
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }

  /** Returns the seconds of all epochs whose duration is known. */
  double seconds() {
    return epochs.stream().mapToDouble(Epoch::seconds).filter(Double::isFinite).sum();
  }
}
