package dev.espalier.core.internal.file;

import com.google.gson.JsonObject;
import dev.espalier.callback.CallbackState;
import dev.espalier.metric.MetricSums;
import dev.espalier.model.Weights;
import dev.espalier.training.History;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Everything an interrupted training needs to resume with identical results. Immutable.
 *
 * @param run what must match when resuming
 * @param epoch index of the epoch to resume in, from 0
 * @param step index of the step in the epoch to resume with, from 0
 * @param epochsTrained total epochs of the trainer, which determine the order of samples
 * @param stepsTrained total steps of the trainer, which determine the random numbers of dropout
 * @param sums of the current epoch so far
 * @param history of the completed epochs
 * @param callbacks states of the stateful callbacks, in order
 * @param weights of the model, including non-trainable variables
 * @param slots of the optimizer
 */
public record Checkpoint(
    Run run,
    int epoch,
    int step,
    long epochsTrained,
    long stepsTrained,
    Rate learningRate,
    Sums sums,
    List<History.Epoch> history,
    List<Carried> callbacks,
    Weights weights,
    Weights slots) {

  /** Copies the lists. */
  public Checkpoint {
    history = List.copyOf(history);
    callbacks = List.copyOf(callbacks);
  }

  /**
   * What determines the order and content of batches and how they change the weights.
   *
   * @param seed of the trainer
   * @param trainable names of the trainable variables
   * @param samples number of samples in the data set
   * @param images their size as fed, such as {@code 224x224x3}
   * @param settings of optimizer, loss, metrics, augmentations, layers and data, as JSON
   */
  public record Run(
      long seed,
      List<String> trainable,
      int samples,
      String images,
      int batchSize,
      boolean shuffle,
      boolean dropRemainder,
      JsonObject settings) {

    /** Copies list and settings. */
    public Run {
      trainable = List.copyOf(trainable);
      settings = settings.deepCopy();
    }

    /** Returns a copy of the settings. */
    @Override
    public JsonObject settings() {
      return settings.deepCopy();
    }

    /** Describes how the current run differs from this earlier one; empty if they match. */
    public List<String> differences(Run now) {
      List<String> words = new ArrayList<>();
      difference(words, "the seed", seed, now.seed);
      difference(words, "the number of samples", samples, now.samples);
      difference(words, "the size of images", images, now.images);
      difference(words, "the batch size", batchSize, now.batchSize);
      difference(words, "shuffling", shuffle, now.shuffle);
      difference(words, "dropping incomplete batches", dropRemainder, now.dropRemainder);
      List<String> added = new ArrayList<>(now.trainable);
      added.removeAll(trainable);
      List<String> removed = new ArrayList<>(trainable);
      removed.removeAll(now.trainable);
      if (!added.isEmpty()) {
        words.add(
            added.size() + " weights are trainable now that were not, such as " + added.get(0));
      }
      if (!removed.isEmpty()) {
        words.add(
            removed.size() + " weights are not trainable that were, such as " + removed.get(0));
      }
      words.addAll(SettingsDifference.between(settings, now.settings));
      return words;
    }

    private static void difference(List<String> words, String what, Object then, Object now) {
      if (!Objects.equals(then, now)) {
        words.add(what + " was " + then + " and is " + now);
      }
    }
  }

  /**
   * The state of the learning rate.
   *
   * @param value learning rate of the next step, without a schedule
   * @param lastUsed learning rate of the last step
   * @param iterations number of optimizer steps, which schedules depend on
   */
  public record Rate(float value, float lastUsed, long iterations) implements Serializable {}

  /** The accumulated sums of the current epoch, by the name of the report. */
  public record Sums(long samples, Map<String, MetricSums> byName) {
    /** Copies the map. */
    public Sums {
      byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }
  }

  /** The state of a callback, with the name of its class. */
  public record Carried(String type, CallbackState state) {}
}
