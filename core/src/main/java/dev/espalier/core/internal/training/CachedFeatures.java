package dev.espalier.core.internal.training;

import dev.espalier.callback.Logs;
import dev.espalier.core.internal.data.Batch;
import dev.espalier.core.internal.data.BatchLoader;
import dev.espalier.core.internal.data.BatchPlan;
import dev.espalier.core.internal.data.FeatureFile;
import dev.espalier.core.internal.data.Loading;
import dev.espalier.core.internal.engine.CompiledStep;
import dev.espalier.core.internal.program.DividedStep;
import dev.espalier.core.internal.progress.ProgressDisplay;
import dev.espalier.data.Dataset;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Variable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The features of a data set, computed when they are first needed, and the step that takes them.
 * Valid while neither the values of the frozen layers nor which layers are frozen change. Not
 * thread-safe.
 */
final class CachedFeatures implements AutoCloseable {
  private final TrainerSession session;
  private final SampleFeeding images;
  private final Loading loading;
  private final int views;
  private final CompiledStep features;
  private final CompiledStep rest;
  private final Set<Variable> fixed;
  private final String where;
  private final long programs;
  private final long values;
  private final Map<Integer, FeatureFile> files = new HashMap<>();
  private long changes;
  private boolean stale;

  /**
   * Compiles both parts of a step.
   *
   * @param images feeds the images from which features are computed
   * @param views number of versions of each image to keep the features of
   */
  CachedFeatures(
      TrainerSession session, DividedStep step, SampleFeeding images, Loading loading, int views) {
    this.session = session;
    this.images = images;
    this.loading = loading;
    this.views = views;
    this.features = session.compiled(step.features());
    this.rest = session.compiled(step.rest());
    this.fixed = step.boundary().fixed();
    this.where = String.join(", ", step.boundary().layers());
    this.programs = session.programGeneration();
    this.changes = session.changes();
    this.values = session.hash(fixed);
  }

  /** Returns the step that takes the features. */
  CompiledStep rest() {
    return rest;
  }

  /** Returns the layers that compute the features. */
  String where() {
    return where;
  }

  /** Returns whether nothing has been computed yet. */
  boolean isEmpty() {
    return files.isEmpty();
  }

  /** Returns whether the features are those that the model computes now. */
  boolean current() {
    if (programs != session.programGeneration()) {
      return false;
    }
    if (changes != session.changes()) {
      changes = session.changes();
      stale = session.hash(fixed) != values;
    }
    return !stale;
  }

  /**
   * Computes the features of a view, unless they are there.
   *
   * @param epoch from which augmentations derive their random numbers
   */
  void compute(int view, long epoch, ProgressDisplay display, SmallPixelWarning pixels) {
    if (files.containsKey(view)) {
      return;
    }
    Dataset dataset = images.dataset();
    BatchPlan plan = BatchPlan.ofEpoch(dataset, loading, false, 0, epoch);
    display.heading(
        "Computing features of "
            + dataset.size()
            + " samples of "
            + dataset.name()
            + (views == 1 ? "" : ", view " + (view + 1) + " of " + views));
    display.begin(plan.steps());
    FeatureFile file = FeatureFile.create(dataset.size());
    try (BatchLoader loader = new BatchLoader(loading, session::requireOpen);
        BatchLoader.Pass pass = images.start(loader, plan)) {
      for (Batch batch = pass.next(); batch != null; batch = pass.next()) {
        display.waitedForData(pass.takeWaited());
        pixels.check(batch);
        file.append(rowsToKeep(batch), views - files.size());
        batch.release();
        display.step(Logs.empty());
      }
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
    display.finish(Logs.empty());
    files.put(view, file);
  }

  private Map<String, HostArray> rowsToKeep(Batch batch) {
    Map<String, HostArray> rows = new HashMap<>(batch.feeds());
    rows.keySet().retainAll(rest.inputs().names());
    rows.putAll(features.run(batch.feeds(), batch.size(), session.randomness(), 0));
    return rows;
  }

  /** Returns the feeding of a view whose features were computed. */
  Feeding feeding(int view) {
    FeatureFile file = files.get(view);
    if (file == null) {
      throw new IllegalStateException("the features of view " + view + " were not computed");
    }
    return new Feeding() {
      @Override
      public CompiledStep step() {
        return rest;
      }

      @Override
      public BatchLoader.Pass start(BatchLoader loader, BatchPlan plan) {
        return loader.start(file, plan);
      }

      @Override
      public boolean current() {
        return CachedFeatures.this.current();
      }
    };
  }

  /** Removes the files and releases the programs. */
  @Override
  public void close() {
    files.values().forEach(FeatureFile::close);
    files.clear();
    session.forget(features);
    session.forget(rest);
  }
}
