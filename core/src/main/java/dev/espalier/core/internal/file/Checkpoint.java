package dev.espalier.core.internal.file;

import com.google.gson.JsonObject;
import dev.espalier.callback.CallbackState;
import dev.espalier.metric.MetricSums;
import dev.espalier.model.Weights;
import dev.espalier.training.History;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * All that a training which was interrupted takes to go on as if it had not been. Immutable.
 *
 * @param run what must be the same when it goes on
 * @param epoch the epoch to go on with, counted from 0
 * @param step the step in it to go on with, counted from 0
 * @param epochsTrained by the trainer in all, which the order of samples follows
 * @param stepsTrained by the trainer in all, which dropout follows
 * @param sums of the epoch at hand
 * @param history of the epochs that are over
 * @param callbacks that carry something, in the order of the training
 * @param weights of the model, non-trainable variables included
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
   * What decides the order and content of batches and what is learned from them.
   *
   * @param seed of the trainer
   * @param trainable names of the variables that are trained
   * @param samples in the data set
   * @param images their size as they are fed, such as {@code 224x224x3}
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

    /** Returns in words how a run of now differs from this one of then; empty if it does not. */
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
   * The learning rate.
   *
   * @param value of the next step, if it is no schedule
   * @param lastUsed of the last step
   * @param iterations the optimizer's steps, which a schedule follows
   */
  public record Rate(float value, float lastUsed, long iterations) {}

  /** What the steps of an epoch reported so far, added up, by the name of the report. */
  public record Sums(long samples, Map<String, MetricSums> byName) {
    /** Copies the map. */
    public Sums {
      byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }
  }

  /** What a callback carries, with the name of its class. */
  public record Carried(String type, CallbackState state) {}
}
